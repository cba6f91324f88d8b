"""The naive model: engine/docs/SEMANTICS.md, sentence by sentence.

It shares nothing with the engine. Where the engine must be fast it may be slow: dictionaries for state, a heap for the order
of firings, and integers without bounds for the second moment, which is therefore exact until it is rounded once at the end.
"""

import heapq
import math

import dedup as deduplication
from messages import (
    BEFORE_OPERATORS, DUPLICATE, END_OF_INPUT, INPUTS, INT64_MAX, INT64_MIN, KEYED_BY_DEVICE, KEYED_BY_METRIC, LATE,
    LATE_TIMING, LEDGER_MARK, NOT_EMPTY, ON_TIME, READING, REJECTED, STARTED, TICK, WINDOW_RESULT, layout_of)

# W is INT64_MIN until there is one. No window ends there, so that this is smaller than every time it is compared with.
NO_WATERMARK = INT64_MIN

TIME_UNIT = 1
TIME_RANGE = 2
NOT_FINITE = 3
BEFORE_EARLIEST = 4
FUTURE = 5
TOO_OLD = 6
DEVICES_EXHAUSTED = 7
BEYOND_DEDUP_WINDOW = 8
DEDUP_EXHAUSTED = 9

REASONS = {
    TIME_UNIT: "time-unit",
    TIME_RANGE: "time-range",
    NOT_FINITE: "not-finite",
    BEFORE_EARLIEST: "before-earliest",
    FUTURE: "future",
    TOO_OLD: "too-old",
    DEVICES_EXHAUSTED: "devices-exhausted",
    BEYOND_DEDUP_WINDOW: deduplication.BEYOND_WINDOW,
    DEDUP_EXHAUSTED: deduplication.EXHAUSTED,
}

# Quarantine: the third rejection by time bounds within the span enters it, so many sane readings in a row leave it.
BY_TIME_BOUNDS = (BEFORE_EARLIEST, FUTURE, TOO_OLD)
QUARANTINE_REJECTIONS = 3
QUARANTINE_SPAN_NS = 60_000_000_000
QUARANTINE_ROW = 10

NS_PER_UNIT = {1: 1_000_000_000, 2: 1_000_000, 3: 1_000, 4: 1}

KEY_PARTS = {
    "device": KEYED_BY_DEVICE,
    "device+metric": KEYED_BY_DEVICE | KEYED_BY_METRIC,
    "metric": KEYED_BY_METRIC,
    "all": 0,
}

# Fields of Late, Rejected and Duplicate that exist only because all results begin alike.
NO_REVISION = 0
NO_TIMING = 0
NO_REASON = 0

_INPUT_HEADER = READING.header


class ModelError(Exception):
    """A journal that no engine of this configuration can have written."""


def saturated(time_ns):
    if time_ns > INT64_MAX:
        return INT64_MAX
    if time_ns < INT64_MIN:
        return INT64_MIN
    return time_ns


def unit_of(time, own_unit, source_unit):
    """The unit of a time: the reading's own, else that of its source, else by magnitude."""
    if own_unit != 0:
        return own_unit
    if source_unit != 0:
        return source_unit
    magnitude = abs(time)
    if magnitude < 10 ** 10:
        return 1
    if magnitude < 10 ** 13:
        return 2
    if magnitude < 10 ** 16:
        return 3
    return 4


def windows_of(spec, time_ns):
    """The windows (start, end) that an event of this time belongs to."""
    if spec.type != "tumbling":
        raise ModelError(f"windows of type {spec.type}")
    start = (time_ns - spec.offset_ns) // spec.size_ns * spec.size_ns + spec.offset_ns
    return ((saturated(start), saturated(start + spec.size_ns)),)


class Pane:
    """The contents of one window of one key."""

    __slots__ = (
        "device", "metric", "start", "end", "firings", "count", "running_sum", "compensation", "min", "max",
        "first", "first_time", "last", "last_time", "scale", "scaled_sum", "scaled_squares")

    def __init__(self, device, metric, start, end):
        self.device = device
        self.metric = metric
        self.start = start
        self.end = end
        self.firings = 0
        self.count = 0
        self.running_sum = 0.0
        self.compensation = 0.0
        self.min = math.inf
        self.max = -math.inf
        self.first = self.first_time = self.last = self.last_time = None

        # Sum and sum of squares exactly: scaled_sum / 2^scale and scaled_squares / 4^scale.
        self.scale = 0
        self.scaled_sum = 0
        self.scaled_squares = 0

    def add(self, value, time_ns):
        self.count += 1

        # Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
        old = self.running_sum
        new = old + value
        if abs(old) >= abs(value):
            self.compensation += (old - new) + value
        else:
            self.compensation += (value - new) + old
        self.running_sum = new

        if value <= self.min and (value < self.min or math.copysign(1.0, value) < 0.0):
            self.min = value
        if value >= self.max and (value > self.max or math.copysign(1.0, value) > 0.0):
            self.max = value
        if self.first_time is None or time_ns < self.first_time:
            self.first = value
            self.first_time = time_ns
        if self.last_time is None or time_ns >= self.last_time:
            self.last = value
            self.last_time = time_ns

        # Every double is an integer divided by a power of two.
        numerator, denominator = value.as_integer_ratio()
        scale = denominator.bit_length() - 1
        if scale > self.scale:
            self.scaled_sum <<= scale - self.scale
            self.scaled_squares <<= 2 * (scale - self.scale)
            self.scale = scale
        elif scale < self.scale:
            numerator <<= self.scale - scale
        self.scaled_sum += numerator
        self.scaled_squares += numerator * numerator

    def sum(self):
        # Once infinite, adding finite values leaves it so; only the compensation is spoilt.
        return self.running_sum if math.isinf(self.running_sum) else self.running_sum + self.compensation

    def m2(self):
        """Returns (m2, whether the sum of the squares of the values themselves overflows although m2 does not)."""
        if math.isinf(self.sum()):
            return math.inf, False
        deviations = self.count * self.scaled_squares - self.scaled_sum * self.scaled_sum
        m2 = _quotient(deviations, self.count << 2 * self.scale)
        if math.isinf(m2):
            return m2, False
        return m2, math.isinf(_quotient(self.scaled_squares, 1 << 2 * self.scale))


def _quotient(numerator, denominator):
    """numerator / denominator of integers >= 0, rounded once."""
    try:
        return numerator / denominator
    except OverflowError:
        return math.inf


class SourceState:
    """What the model knows of one source, and its ledger."""

    def __init__(self, unit):
        self.unit = unit
        self.max_time = None
        self.empty_since = None
        self.is_idle = False
        self.received = 0
        self.accepted = 0
        self.duplicate = 0
        self.rejected = {}

    def reject(self, reason):
        name = REASONS[reason]
        self.rejected[name] = self.rejected.get(name, 0) + 1

    def ledger(self):
        return {
            "received": self.received, "accepted": self.accepted, "duplicate": self.duplicate, "rejected": self.rejected}


class DeviceState:
    """Whether the clock of a device can be trusted."""

    __slots__ = ("rejected_at", "is_quarantined", "row")

    def __init__(self):
        self.rejected_at = []
        self.is_quarantined = False
        self.row = 0

    def on_rejected_by_time_bounds(self, engine_time):
        self.row = 0
        self.rejected_at = (self.rejected_at + [engine_time])[-QUARANTINE_REJECTIONS:]
        if len(self.rejected_at) == QUARANTINE_REJECTIONS and (
                saturated(engine_time - self.rejected_at[0]) <= QUARANTINE_SPAN_NS):
            self.is_quarantined = True

    def on_sane(self):
        """For every sane reading, also one seen before. Returns whether it may count for the time of its source."""
        if self.is_quarantined:
            self.row += 1
            if self.row < QUARANTINE_ROW:
                return False
            self.row = 0
            self.is_quarantined = False
            self.rejected_at = []
        return True


class OperatorState:
    """What the model knows of one window operator, and its ledger."""

    def __init__(self, index, spec):
        self.index = index
        self.spec = spec
        self.key_parts = KEY_PARTS[spec.key]
        self.keys = {}
        self.unfired = []
        self.registrations = 0
        self.applied = 0
        self.filtered = 0
        self.late = 0
        self.exhausted = {}

    def exhaust(self, reason):
        self.exhausted[reason] = self.exhausted.get(reason, 0) + 1

    def is_selected(self, value, metric, quality):
        spec = self.spec
        return not (
            (spec.metrics and metric not in spec.metrics) or
            (spec.min_value is not None and value < spec.min_value) or
            (spec.max_value is not None and value > spec.max_value) or
            (spec.max_quality is not None and quality > spec.max_quality))

    def ledger(self):
        return {
            "name": self.spec.name, "applied": self.applied, "filtered": self.filtered, "late": self.late,
            "exhausted": self.exhausted}


class Model:
    """Runs a journal, message by message, and hands every result to `sink` in order.

    sink(layout, cause position, cause ingest time, revision, operator, timing, key parts or reason, other fields in order of
    the schema, whether m2 may as well be infinite). Sequence and epoch are the caller's business.
    """

    def __init__(self, config, sink):
        self.config = config
        self.sink = sink
        self.sources = [SourceState(unit) for unit in config.source_units]
        self.operators = [OperatorState(index, spec) for index, spec in enumerate(config.windows)]
        self.devices = {}
        self.dedup = deduplication.dedup_of(config.dedup)
        self.marks = {}
        self.engine_time = INT64_MIN
        self.watermark = NO_WATERMARK
        self.tick = {}
        self.readings = 0
        self.ticks = 0
        self.tick_messages = 0
        self.started = 0
        self.last_position = None
        self.last_event_id = None
        self._position = None
        self._cause_time = None

    def on_frame(self, position, payload):
        """Runs the messages of a payload whose first byte has this position."""
        length = READING.length
        offset = 0
        for message in READING.whole.iter_unpack(payload):
            if message[:4] == _INPUT_HEADER:
                self.on_reading(position + offset, message[4:])
            else:
                self.on_control(position + offset, payload, offset)
            offset += length
        self.last_position = position + offset - length

    def on_control(self, position, buffer, offset):
        layout = layout_of(INPUTS, buffer, offset, f"journal position {position}")
        message = layout.unpack(buffer, offset)
        time = message["time"]
        self._position = position
        self._cause_time = time
        if time > self.engine_time:
            self.engine_time = time

        if layout is TICK:
            self.on_tick(message)
        elif layout is STARTED:
            self.on_started()
        elif layout is LEDGER_MARK:
            self.on_ledger_mark(message)
        elif layout is END_OF_INPUT:
            self.fire_unfired(INT64_MAX)

    # 1. Judgement of one reading.

    def on_reading(self, position, reading):
        event_id, device, time, ingest_time, value, metric, source_index, unit, priority, quality, _, epoch, _ = reading
        config = self.config
        self.readings += 1
        self.last_event_id = event_id
        self._position = position
        self._cause_time = ingest_time
        if ingest_time > self.engine_time:
            self.engine_time = ingest_time

        source = self._source(source_index)
        source.received += 1
        source.empty_since = None
        source.is_idle = False

        time_ns = 0
        reason = NO_REASON
        if unit > 4:
            reason = TIME_UNIT
        else:
            time_ns = time * NS_PER_UNIT[unit_of(time, unit, source.unit)]
            if time_ns < INT64_MIN or time_ns > INT64_MAX:
                time_ns = 0
                reason = TIME_RANGE
            elif value - value != 0.0:
                reason = NOT_FINITE
            elif config.earliest_ns is not None and time_ns < config.earliest_ns:
                reason = BEFORE_EARLIEST
            elif config.reference_clock == "ingest" and (
                    config.max_future_ns is not None and time_ns > saturated(ingest_time + config.max_future_ns)):
                reason = FUTURE
            elif config.reference_clock == "ingest" and (
                    config.max_age_ns is not None and time_ns < saturated(ingest_time - config.max_age_ns)):
                reason = TOO_OLD
            elif not self._knows(device):
                reason = DEVICES_EXHAUSTED

        # As Late, Rejected and Duplicate have them.
        event = (
            metric, device, event_id, time, time_ns, value, source_index, unit, priority, quality, 0, epoch,
            self.watermark, 0, 0, 0)
        if reason in BY_TIME_BOUNDS and self._knows(device):
            self.devices[device].on_rejected_by_time_bounds(self.engine_time)
        counts_for_time = False
        if reason == NO_REASON:
            counts_for_time = self.devices[device].on_sane()
            verdict = self.dedup.judge(device, epoch, event_id, self.engine_time)
            if verdict == deduplication.DUPLICATE:
                source.duplicate += 1
                self.sink(
                    DUPLICATE, position, ingest_time, NO_REVISION, BEFORE_OPERATORS, NO_TIMING, NO_REASON, event, False)
                return
            if verdict == deduplication.BEYOND_WINDOW:
                reason = BEYOND_DEDUP_WINDOW
            elif verdict == deduplication.EXHAUSTED:
                reason = DEDUP_EXHAUSTED
        if reason != NO_REASON:
            source.reject(reason)
            self.sink(REJECTED, position, ingest_time, NO_REVISION, BEFORE_OPERATORS, NO_TIMING, reason, event, False)
            return

        source.accepted += 1
        for operator in self.operators:
            self.apply(operator, device, metric, value, time_ns, quality, event)
        effective_time = min(time_ns, ingest_time) if config.reference_clock == "ingest" else time_ns
        if counts_for_time and (source.max_time is None or effective_time > source.max_time):
            source.max_time = effective_time
        self.advance_watermark()

    def _knows(self, device):
        """Whether the device is known, made so if there is room."""
        if device not in self.devices:
            if len(self.devices) >= self.config.max_devices:
                return False
            self.devices[device] = DeviceState()
        return True

    def _source(self, index):
        if index >= len(self.sources):
            raise ModelError(
                f"journal position {self._position}: source {index}, the configuration has {len(self.sources)}")
        return self.sources[index]

    # 2. Times.

    def advance_watermark(self):
        times = [source.max_time for source in self.sources if source.max_time is not None and not source.is_idle]
        if not times:
            return
        watermark = saturated(min(times) - self.config.out_of_orderness_ns)
        if watermark > self.watermark:
            self.watermark = watermark
            self.fire_unfired(watermark)

    # 3. One accepted reading.

    def apply(self, operator, device, metric, value, time_ns, quality, event):
        if not operator.is_selected(value, metric, quality):
            operator.filtered += 1
            return

        spec = operator.spec
        watermark = self.watermark
        windows = [
            (start, end) for start, end in windows_of(spec, time_ns)
            if watermark < saturated(end + spec.allowed_lateness_ns)]
        if not windows:
            operator.late += 1
            self.sink(
                LATE, self._position, self._cause_time, NO_REVISION, operator.index, NO_TIMING, NO_REASON, event, False)
            return

        key = (
            device if operator.key_parts & KEYED_BY_DEVICE else 0,
            metric if operator.key_parts & KEYED_BY_METRIC else 0)
        panes = operator.keys.get(key)
        if panes is None:
            if len(operator.keys) >= self.config.max_keys:
                operator.exhaust("keys-exhausted")
                return
            panes = operator.keys[key] = {}

        is_applied = False
        for window in windows:
            pane = panes.get(window)
            if pane is None:
                pane = self.create_pane(operator, panes, key, window)
                if pane is None:
                    continue
            is_applied = True
            pane.add(value, time_ns)
            if pane.end <= watermark or pane.firings > 0:
                self.fire(operator, pane, LATE_TIMING)
        if is_applied:
            operator.applied += 1
        else:
            operator.exhaust("panes-exhausted")

    def create_pane(self, operator, panes, key, window):
        spec = operator.spec
        for start, end in [other for other in panes if self.watermark >= saturated(other[1] + spec.allowed_lateness_ns)]:
            del panes[start, end]
        if len(panes) >= spec.max_panes:
            return None
        pane = panes[window] = Pane(*key, *window)
        heapq.heappush(operator.unfired, (pane.end, operator.registrations, pane))
        operator.registrations += 1
        return pane

    def fire_unfired(self, horizon):
        """Each operator fires every pane that has not fired and has `end <= horizon`, by (end, registration number)."""
        for operator in self.operators:
            while operator.unfired and operator.unfired[0][0] <= horizon:
                pane = heapq.heappop(operator.unfired)[2]
                if pane.firings == 0:
                    self.fire(operator, pane, ON_TIME)

    def fire(self, operator, pane, timing):
        m2, m2_may_be_infinite = pane.m2()
        self.sink(
            WINDOW_RESULT, self._position, self._cause_time, pane.firings, operator.index, timing, operator.key_parts,
            (pane.metric, pane.device, pane.start, pane.end, pane.count, pane.sum(), pane.min, pane.max, pane.first,
             pane.last, m2),
            m2_may_be_infinite)
        pane.firings += 1

    # 4. Control messages.

    def on_tick(self, message):
        self.tick_messages += 1
        first = message["firstSource"]
        count = message["sourceCount"]
        if count > 5:
            raise ModelError(f"journal position {self._position}: a tick of {count} sources, expected 5 at most")
        for index in range(count):
            self._source(first + index)
            self.tick[first + index] = message[f"emptySince{index}"]
        if message["last"] != 1:
            return

        self.ticks += 1
        for index, empty_since in self.tick.items():
            self.sources[index].empty_since = None if empty_since == NOT_EMPTY else empty_since
        self.tick.clear()
        for source in self.sources:
            if source.empty_since is not None and (
                    saturated(self.engine_time - source.empty_since) >= self.config.idle_after_ns):
                source.is_idle = True
        self.advance_watermark()

        if self.sources and all(source.empty_since is not None for source in self.sources):
            silence = saturated(self.engine_time - max(source.empty_since for source in self.sources))
            greatest = max((source.max_time for source in self.sources if source.max_time is not None), default=None)
            if silence >= self.config.idle_after_ns and greatest is not None:
                self.fire_unfired(saturated(saturated(greatest + silence) - self.config.out_of_orderness_ns))

    def on_started(self):
        self.started += 1
        # The rest of a tick that the last incarnation left half journalled never comes.
        self.tick.clear()
        for source in self.sources:
            source.empty_since = None
            source.is_idle = False

    def on_ledger_mark(self, message):
        key = (message["source"], message["reason"])
        before = self.marks.get(key, 0)
        if message["count"] < before:
            raise ModelError(
                f"journal position {self._position}: LedgerMark of source {key[0]} and reason {key[1]}: "
                f"found count {message['count']}, expected {before} at least")
        self.marks[key] = message["count"]
