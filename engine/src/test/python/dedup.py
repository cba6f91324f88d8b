"""Which readings were seen before: by the ids of a device in sequence, or by any id for some time.

Event ids are unsigned, and Python's integers have no bounds: a difference of ids is what it is.
"""

NEW = "new"
DUPLICATE = "duplicate"
BEYOND_WINDOW = "beyond-dedup-window"
EXHAUSTED = "dedup-exhausted"

GENERATIONS_PER_TTL = 4
GENERATIONS_REMEMBERED = 4
EPOCHS = 1 << 16


def dedup_of(spec):
    """What judges readings, made from the configuration."""
    if spec.by == "sequence":
        return BySequence(spec.window_ids)
    if spec.by == "id":
        return ById(spec.ttl_ns, spec.max_ids)
    return ByNothing()


def is_newer(epoch, than):
    """Serial number arithmetic, RFC 1982; of two that are half the numbers apart neither is newer."""
    return 0 < (epoch - than) % EPOCHS < EPOCHS // 2


class ByNothing:
    """Every reading is new."""

    def judge(self, device, epoch, event_id, engine_time):
        return NEW


class BySequence:
    """The ids of each device within reach of its highest."""

    def __init__(self, window_ids):
        self.window_ids = window_ids
        self.sequences = {}

    def judge(self, device, epoch, event_id, engine_time):
        sequence = self.sequences.get(device)
        if sequence is None or is_newer(epoch, sequence.epoch):
            self.sequences[device] = _Sequence(epoch, event_id)
            return NEW
        if epoch != sequence.epoch or event_id <= sequence.highest - self.window_ids:
            return BEYOND_WINDOW
        if event_id in sequence.ids:
            return DUPLICATE
        sequence.ids.add(event_id)
        sequence.highest = max(sequence.highest, event_id)

        # What is out of reach is never looked for, hence it may go late.
        if len(sequence.ids) > 2 * self.window_ids:
            beyond = sequence.highest - self.window_ids
            sequence.ids = {known for known in sequence.ids if known > beyond}
        return NEW


class _Sequence:
    """The ids of one epoch of one device."""

    __slots__ = ("epoch", "highest", "ids")

    def __init__(self, epoch, event_id):
        self.epoch = epoch
        self.highest = event_id
        self.ids = {event_id}


class ById:
    """Each id with the generation in which it was accepted, and for four generations more; oldest first."""

    def __init__(self, ttl_ns, max_ids):
        self.generation_ns = -(-ttl_ns // GENERATIONS_PER_TTL)
        self.max_ids = max_ids
        self.generations = {}

    def judge(self, device, epoch, event_id, engine_time):
        now = engine_time // self.generation_ns
        while self.generations:
            oldest = next(iter(self.generations))
            if now - self.generations[oldest] <= GENERATIONS_REMEMBERED:
                break
            del self.generations[oldest]
        key = (device, epoch, event_id)
        if key in self.generations:
            return DUPLICATE
        if len(self.generations) >= self.max_ids:
            return EXHAUSTED
        self.generations[key] = now
        return NEW
