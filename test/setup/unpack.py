"""Takes single files out of a wheel, which is a zip: `unpack.py WHEEL FOLDER {"name": "path in the wheel"}`."""
import json
import sys
import zipfile
from pathlib import Path

wheel, folder, take = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name, member in json.loads(take).items():
        target = Path(folder, name)
        target.write_bytes(archive.read(member))
        target.chmod(0o755)
