"""The one job of the measurements: it fails, some frames deep, as jobs do."""


def charge(order):
    return _total(order)


def _total(order):
    return order["cents"] * _tax(order["customer"])


def _tax(customer):
    return customer["tax_rate"]
