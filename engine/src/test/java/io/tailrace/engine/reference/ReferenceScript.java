package io.tailrace.engine.reference;

import java.util.List;

/**
 * Feeds a model by hand, giving each message the next position, and prints firings shortly.
 */
final class ReferenceScript
{
    static final long NOT_EMPTY = Long.MIN_VALUE;

    final ReferenceModel model;
    private long position = 32;
    private long eventId = 1;
    private int seen;

    ReferenceScript(final ReferenceConfig config)
    {
        model = new ReferenceModel(config);
    }

    /** One operator, one source, no disorder. */
    static ReferenceScript of(final ReferenceWindow... windows)
    {
        return new ReferenceScript(ReferenceConfig.historical(1, 0, 5, windows));
    }

    ReferenceScript reading(final int source, final long deviceId, final long timeNs, final double value)
    {
        return reading(source, deviceId, timeNs, value, 0);
    }

    ReferenceScript reading(
        final int source, final long deviceId, final long timeNs, final double value, final long ingestTimeNs)
    {
        return raw(deviceId, timeNs, ReferenceTime.AUTO, value, source, ingestTimeNs);
    }

    ReferenceScript raw(
        final long deviceId,
        final long eventTime,
        final int timeUnit,
        final double value,
        final int source,
        final long ingestTimeNs)
    {
        model.onReading(new ReferenceReading(
            nextPosition(), eventId++, deviceId, 1, eventTime, timeUnit, ingestTimeNs, value, source, 0, 0, 0));
        return this;
    }

    /** At event time 100, so that nothing but its id decides what becomes of it. */
    ReferenceScript id(final long deviceId, final int deviceEpoch, final long id, final long ingestTimeNs)
    {
        return id(deviceId, deviceEpoch, id, 100, ingestTimeNs);
    }

    ReferenceScript id(
        final long deviceId, final int deviceEpoch, final long id, final long timeNs, final long ingestTimeNs)
    {
        model.onReading(new ReferenceReading(
            nextPosition(), id, deviceId, 1, timeNs, ReferenceTime.AUTO, ingestTimeNs, 1, 0, 0, 0, deviceEpoch));
        return this;
    }

    ReferenceScript event(final long timeNs, final double value)
    {
        return reading(0, 1, timeNs, value);
    }

    ReferenceScript tick(final long timeNs, final long... emptySinceNs)
    {
        model.onTick(nextPosition(), timeNs, emptySinceNs, false);
        return this;
    }

    ReferenceScript heldUpTick(final long timeNs, final long... emptySinceNs)
    {
        model.onTick(nextPosition(), timeNs, emptySinceNs, true);
        return this;
    }

    ReferenceScript started(final long timeNs)
    {
        model.onStarted(nextPosition(), timeNs);
        return this;
    }

    ReferenceScript end()
    {
        model.onEndOfInput(nextPosition(), 0, 0);
        return this;
    }

    /** What was emitted since the last call. */
    List<String> emitted()
    {
        final List<ReferenceResult> fresh = model.results().subList(seen, model.results().size());
        seen = model.results().size();
        return fresh.stream().map(ReferenceScript::print).toList();
    }

    long ledger(final String name)
    {
        return model.ledger().get(name);
    }

    private long nextPosition()
    {
        final long current = position;
        position += 64;
        return current;
    }

    private static String print(final ReferenceResult result)
    {
        return switch (result.kind())
        {
            case WINDOW -> result.operatorIndex() + ":" + result.deviceId() + " [" + result.windowStartNs() + "," +
                result.windowEndNs() + ") " + result.timing() + " r" + result.revision() +
                " n=" + result.aggregate().count() + " sum=" + result.aggregate().sum();
            case LATE -> result.operatorIndex() + ":" + result.deviceId() + " late t=" + result.eventTimeNs() +
                " W=" + result.watermarkNs();
            case REJECTED -> "rejected " + result.reason() + " t=" + result.eventTimeNs() +
                " W=" + result.watermarkNs();
            case DUPLICATE -> "duplicate " + Long.toUnsignedString(result.reading().eventId()) +
                " t=" + result.eventTimeNs() + " W=" + result.watermarkNs();
            case ALERT -> result.operatorIndex() + ":" + result.deviceId() +
                (result.change().isRaised() ? " raised" : " cleared") + " t=" + result.eventTimeNs() +
                " " + result.reading().value() + " of " + result.change().threshold();
        };
    }
}
