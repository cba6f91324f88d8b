"""What the model needs to know of an engine's configuration, as a JSON file that the test harness writes."""

import json
from dataclasses import dataclass, field

DEDUPS = ("none", "sequence", "id")
KEYS = ("device", "device+metric", "metric", "all")


class ConfigError(Exception):
    """A configuration that the model cannot use; the message names the key, what was found and what is expected."""


@dataclass(frozen=True)
class Window:
    """One window operator."""

    name: str
    size_ns: int
    offset_ns: int
    key: str
    metrics: frozenset
    min_value: float | None
    max_value: float | None
    max_quality: int | None
    allowed_lateness_ns: int
    max_panes: int
    type: str = "tumbling"


@dataclass(frozen=True)
class Dedup:
    """By what readings that were seen before are recognised; what `by` has no use for is 0."""

    by: str
    window_ids: int
    ttl_ns: int
    max_ids: int


@dataclass(frozen=True)
class Config:
    """Times in nanoseconds; None switches a bound off."""

    out_of_orderness_ns: int
    idle_after_ns: int
    earliest_ns: int | None
    max_future_ns: int | None
    max_age_ns: int | None
    reference_clock: str
    source_units: tuple
    max_devices: int
    max_keys: int
    dedup: Dedup
    windows: tuple = field(default_factory=tuple)


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            root = json.load(file)
    except ValueError as error:
        raise ConfigError(f"{path}: no JSON: {error}") from error
    return parse(root)


def parse(root):
    reader = _Reader(root, "")
    config = Config(
        out_of_orderness_ns=reader.integer("outOfOrdernessNs"),
        idle_after_ns=reader.integer("idleAfterNs"),
        earliest_ns=reader.integer("earliestNs", nullable=True, minimum=None),
        max_future_ns=reader.integer("maxFutureNs", nullable=True),
        max_age_ns=reader.integer("maxAgeNs", nullable=True),
        reference_clock=reader.one_of("referenceClock", ("ingest", "none")),
        source_units=tuple(source.one_of("unit", (0, 1, 2, 3, 4), end=True) for source in reader.objects("sources")),
        max_devices=reader.integer("maxDevices"),
        max_keys=reader.integer("maxKeys"),
        dedup=_dedup(reader.object("dedup")),
        windows=tuple(_window(window) for window in reader.objects("windows")))
    reader.end()
    return config


def _dedup(reader):
    by = reader.one_of("by", DEDUPS)
    is_sequence = by == "sequence"
    is_id = by == "id"
    dedup = Dedup(
        by=by,
        window_ids=reader.integer("windowIds", minimum=int(is_sequence), maximum=None if is_sequence else 0),
        ttl_ns=reader.integer("ttlNs", minimum=int(is_id), maximum=None if is_id else 0),
        max_ids=reader.integer("maxIds", minimum=int(is_id), maximum=None if is_id else 0))
    reader.end()
    return dedup


def _window(reader):
    window = Window(
        name=reader.text("name"),
        type=reader.one_of("type", ("tumbling",)),
        size_ns=reader.integer("sizeNs", minimum=1),
        offset_ns=reader.integer("offsetNs", minimum=None),
        key=reader.one_of("key", KEYS),
        metrics=frozenset(reader.integers("metrics")),
        min_value=reader.number("minValue"),
        max_value=reader.number("maxValue"),
        max_quality=reader.integer("maxQuality", nullable=True),
        allowed_lateness_ns=reader.integer("allowedLatenessNs"),
        max_panes=reader.integer("maxPanes", minimum=1))
    reader.end()
    return window


class _Reader:
    """Takes the keys of one JSON object one by one; every key must be there, and none may be left."""

    def __init__(self, values, path):
        if not isinstance(values, dict):
            raise ConfigError(f"{path or 'configuration'}: found {values!r}, expected an object")
        self.values = dict(values)
        self.path = path

    def _take(self, key):
        if key not in self.values:
            raise ConfigError(f"{self.path}{key}: missing")
        return self.values.pop(key)

    def _wrong(self, key, value, expected):
        return ConfigError(f"{self.path}{key}: found {value!r}, expected {expected}")

    def integer(self, key, nullable=False, minimum=0, maximum=None):
        value = self._take(key)
        if value is None and nullable:
            return None
        if type(value) is not int or (minimum is not None and value < minimum):
            raise self._wrong(key, value, "an integer" if minimum is None else f"an integer >= {minimum}")
        if maximum is not None and value > maximum:
            raise self._wrong(key, value, f"an integer <= {maximum}")
        return value

    def number(self, key):
        value = self._take(key)
        if value is not None and type(value) not in (int, float):
            raise self._wrong(key, value, "a number or null")
        return value

    def text(self, key):
        value = self._take(key)
        if not isinstance(value, str):
            raise self._wrong(key, value, "a text")
        return value

    def one_of(self, key, choices, end=False):
        value = self._take(key)
        if isinstance(value, bool) or value not in choices:
            raise self._wrong(key, value, "one of " + ", ".join(map(str, choices)))
        if end:
            self.end()
        return value

    def _list(self, key):
        value = self._take(key)
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list")
        return value

    def integers(self, key):
        values = self._list(key)
        if any(type(value) is not int for value in values):
            raise self._wrong(key, values, "a list of integers")
        return values

    def object(self, key):
        return _Reader(self._take(key), f"{self.path}{key}.")

    def objects(self, key):
        return [_Reader(value, f"{self.path}{key}[{index}].") for index, value in enumerate(self._list(key))]

    def end(self):
        if self.values:
            raise ConfigError(f"{self.path}{sorted(self.values)[0]}: unknown key")
