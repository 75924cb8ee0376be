/**
 * Runs the stages of a Dockerfile without a container engine, as root on Linux: every stage is an overlay over this system's
 * own files, which stand in for the base image. COPY copies what .dockerignore lets through, RUN runs in a chroot, and
 * the finished stage is started read-only, as its user, as process 1 of its own process namespace. What this cannot show: the
 * files of the real base image, Docker's networks, and its default seccomp profile.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { readDockerfile, type Stage, type Step } from "./dockerfile";
import { contextFiles } from "./dockerignore";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Users of the base images that this system need not have. */
const USERS: Record<string, number> = { root: 0, node: 1_000, nobody: 65_534 };

/** What is in a base image and not on this system. The commands run in a layer that all stages of that base share. */
const STAND_INS: { base: RegExp; commands: string[] }[] = [
  { base: /^node:/, commands: [] },
  {
    base: /^python:/,
    commands: [
      "python3 -m venv /opt/python && ln -s /opt/python/bin/pip /usr/local/bin/pip",
      // Not a link: Python finds its packages by the path that it is called under.
      `printf '#!/bin/sh\\nexec /opt/python/bin/python "$@"\\n' > /usr/local/bin/python && chmod +x /usr/local/bin/python`,
    ],
  },
];

export interface Image {
  /** What the stage and its parents added; this system lies below. */
  layer: string;
  env: Record<string, string>;
  workdir: string;
  uid: number;
  entrypoint: string[];
  command: string[];
  health: string[];
}

const BLANK = { env: {}, workdir: "/", uid: 0, entrypoint: [], command: [], health: [] };

/** Why stages cannot be run here, or null. */
export function whyNot(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux";
  const box = mkdtempSync(join(tmpdir(), "vigia-overlay-"));
  const tried = spawnSync("unshare", [
    "--mount",
    "sh",
    "-c",
    mount(join(box, "u"), join(box, "w"), join(box, "m")),
  ]);
  rmSync(box, { recursive: true, force: true });
  return tried.status === 0 ? null : "this system lets nobody mount an overlay";
}

function copyFiles(how: string, from: string, to: string): void {
  const done = spawnSync("cp", [how, from, to], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${from} could not be copied: ${done.stderr}`);
}

/** A shell line that lays a layer over this system. Overlays refuse further layers that lie within the lowest one. */
function mount(layer: string, work: string, at: string): string {
  const options = `lowerdir=/,upperdir=${layer},workdir=${work}`;
  return `set -e; mkdir -p ${layer} ${work} ${at}; mount -t overlay overlay -o ${options} ${at}`;
}

const quoted = (words: readonly string[]) =>
  words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");

/** Enters the mounted root; nothing of the checkout and of other temporary files is there. */
function enter(at: string, image: Image, argv: readonly string[], tmpfs: readonly string[] = []): string {
  const hidden = [dirname(process.cwd()), tmpdir(), "/root"].filter((path) => !tmpfs.includes(path));
  const lines = [
    `mount -t proc proc ${at}/proc`,
    `mount --rbind /dev ${at}/dev`,
    ...hidden.map((path) => `mount -t tmpfs -o ro,mode=755 tmpfs ${at}${path}`),
    ...tmpfs.map((path) => `mount -t tmpfs tmpfs ${at}${path}`),
  ];
  const env = Object.entries({ PATH, HOME: "/tmp", ...image.env }).map(([name, value]) => `${name}=${value}`);
  const who = ["setpriv", `--reuid=${image.uid}`, `--regid=${image.uid}`, "--clear-groups"];
  const limits = image.uid === 0 ? [] : ["--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"];
  const inside = ["sh", "-c", 'cd "$0" && exec "$@"', image.workdir, ...argv];
  return `${lines.join("; ")}; exec chroot ${at} env -i ${quoted([...env, ...who, ...limits, ...inside])}`;
}

export class Stages {
  private readonly box = mkdtempSync(join(tmpdir(), "vigia-image-"));
  private readonly images = new Map<string, Image>();
  private readonly bases = new Map<string, string>();
  private readonly running = new Set<ChildProcess>();
  private count = 0;
  /** Each step that ran and the time it took. */
  readonly told: string[] = [];

  constructor(
    readonly context: string,
    private readonly stages: readonly Stage[] = readDockerfile(join(context, "Dockerfile")),
  ) {}

  private folder(): string {
    this.count += 1;
    const path = join(this.box, String(this.count));
    mkdirSync(path);
    return path;
  }

  /** @param how `-al` for a copy that nobody writes into: names of the same files */
  private copyOf(layer: string, how = "-a"): string {
    const copy = this.folder();
    copyFiles(how, `${layer}/.`, copy);
    return copy;
  }

  /** Runs a shell line in a writable view of the image, as its user. */
  private inside(image: Image, argv: readonly string[]): void {
    const at = this.folder();
    const script = `${mount(image.layer, this.folder(), at)}; ${enter(at, image, argv, ["/tmp"])}`;
    const done = spawnSync("unshare", ["--mount", "--pid", "--fork", "sh", "-c", script], {
      encoding: "utf8",
      maxBuffer: 100_000_000,
    });
    if (done.status !== 0)
      throw new Error(`${argv.join(" ")}: exit ${done.status}\n${done.stdout}\n${done.stderr}`);
  }

  private base(name: string): string {
    const known = this.bases.get(name);
    if (known !== undefined) return known;
    const standIn = STAND_INS.find(({ base }) => base.test(name));
    if (standIn === undefined) throw new Error(`nothing stands in for the image ${name}`);
    const layer = this.folder();
    for (const command of standIn.commands) this.inside({ ...BLANK, layer }, ["/bin/sh", "-c", command]);
    this.bases.set(name, layer);
    return layer;
  }

  /** Gives a stage's place to a folder that was made elsewhere: `{ "/src/dist": "/clone/dist" }`. */
  replace(name: string, folders: Record<string, string>): void {
    const layer = this.folder();
    for (const [path, from] of Object.entries(folders)) {
      mkdirSync(dirname(join(layer, path)), { recursive: true });
      copyFiles("-a", from, join(layer, path));
    }
    this.images.set(name, { ...BLANK, layer });
  }

  /** Runs a stage and those that it needs. @throws with the output of the step that failed */
  build(name: string): Image {
    const known = this.images.get(name);
    if (known !== undefined) return known;
    const stage = this.stages.find((one) => one.name === name);
    if (stage === undefined) throw new Error(`there is no stage ${name}`);
    const parent = this.stages.some((one) => one.name === stage.base) ? this.build(stage.base) : null;
    const below = parent?.layer ?? this.base(stage.base);
    const image: Image = { ...BLANK, ...parent, layer: this.copyOf(below) };
    // First, so that each step's own time is told.
    for (const step of stage.steps) if (step.kind === "COPY" && step.from !== null) this.build(step.from);
    for (const step of stage.steps) {
      const beganMs = Date.now();
      this.run(image, step);
      if (step.kind === "RUN" || step.kind === "COPY")
        this.told.push(`${name}: ${JSON.stringify(step)} ${Date.now() - beganMs} ms`);
    }
    this.images.set(name, image);
    return image;
  }

  private run(image: Image, step: Step): void {
    if (step.kind === "RUN") this.inside(image, ["/bin/sh", "-c", step.command]);
    else if (step.kind === "COPY") this.copy(image, step);
    else if (step.kind === "ENV") image.env = { ...image.env, ...step.values };
    else if (step.kind === "WORKDIR") {
      image.workdir = posix.resolve(image.workdir, step.value);
      mkdirSync(join(image.layer, image.workdir), { recursive: true });
    } else if (step.kind === "USER") {
      const uid = USERS[step.value];
      if (uid === undefined) throw new Error(`the base image has no user ${step.value}`);
      image.uid = uid;
    } else if (step.kind === "ENTRYPOINT") image.entrypoint = step.argv;
    else if (step.kind === "CMD") image.command = step.argv;
    else if (step.kind === "HEALTHCHECK") image.health = step.argv;
  }

  private copy(image: Image, { from, sources, target }: Extract<Step, { kind: "COPY" }>): void {
    const to = join(image.layer, posix.resolve(image.workdir, target));
    const intoFolder = target.endsWith("/") || sources.length > 1 || target === ".";
    for (const source of sources) {
      if (from === null) this.copyContext(source, to);
      else {
        const found = join(this.build(from).layer, source);
        if (!existsSync(found)) throw new Error(`stage ${from} has no ${source}`);
        // Docker copies what is in a folder, not the folder.
        const isFile = statSync(found).isFile();
        mkdirSync(isFile && !intoFolder ? dirname(to) : to, { recursive: true });
        copyFiles("-a", isFile ? found : `${found}/.`, to);
      }
    }
  }

  private copyContext(source: string, to: string): void {
    const pattern = new RegExp(`^${source.replace(/[.]/g, "\\.").replace(/\*/g, "[^/]*")}$`);
    const files = contextFiles(this.context).filter((path) => source === "." || pattern.test(path));
    if (files.length === 0) throw new Error(`the build is sent no ${source}`);
    for (const path of files) {
      const target = join(to, source === "." ? path : posix.basename(path));
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(this.context, path), target);
    }
  }

  /** Starts a program of the image: read-only but for `tmpfs`, as its user and as process 1. @param init not as process 1 */
  start(
    image: Image,
    argv: readonly string[],
    env: Record<string, string>,
    { tmpfs = [], init = false }: { tmpfs?: string[]; init?: boolean } = {},
  ): ChildProcess {
    const at = this.folder();
    const all = { ...image, env: { ...image.env, ...env } };
    // The outer shell stays process 1 where an init is asked for; it passes a signal on, as an init does.
    const program = init
      ? [
          "sh",
          "-c",
          '"$@" & child=$!; trap "kill -TERM $child" TERM; wait $child; wait $child',
          "init",
          ...argv,
        ]
      : argv;
    const script = `${mount(this.copyOf(image.layer, "-al"), this.folder(), at)}; mount -o remount,bind,ro ${at}; ${enter(at, all, program, tmpfs)}`;
    const child = spawn("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    child.once("exit", () => this.running.delete(child));
    return child;
  }

  /** Bytes of the files that the image adds to its base. */
  sizeOf(image: Image): number {
    const files = readdirSync(image.layer, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  }

  end(): void {
    for (const child of this.running) child.kill("SIGKILL");
    // A full build leaves a hundred thousand files: Node takes minutes for them.
    spawnSync("rm", ["-rf", this.box]);
  }
}

/** Process 1 of what {@link Stages.start} started, by its number outside. */
export function processOne(child: ChildProcess): number {
  const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ");
  return Number(pid);
}
