package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Holds the results log against the model, result by result as the model gives them. The two are brought together by
 * sequence: one that the log lacks is lost, one that it has twice is duplicated, one that it has otherwise is wrong.
 * <p>
 * All is compared bit for bit but sums of windows that are added up in parts (sliding ones and sessions), within the
 * rounding of a compensated sum, and sums of squares, within a relative 1e-9.
 */
final class ResultCheck implements Consumer<ModelResult>
{
    private static final long LAST_HALF = 0xFFFF_FFFFL;

    private final List<ModelWindow> windows;
    private final ResultCursor log;
    private final Findings findings;
    private long results;
    private final long[] windowResults;
    private long expected;
    private boolean hasNext;

    ResultCheck(final List<ModelWindow> windows, final ResultCursor log, final Findings findings)
    {
        this.windows = windows;
        this.log = log;
        this.findings = findings;
        windowResults = new long[windows.size()];
        advance();
    }

    @Override
    public void accept(final ModelResult model)
    {
        while (hasNext && log.sequence() < model.sequence())
        {
            onBehind();
        }
        expected = model.sequence() + 1;
        if (!hasNext || log.sequence() > model.sequence())
        {
            findings.add(Findings.Fault.LOST, "result " + model.toLine());
            return;
        }
        final String difference = difference(log.result(), model);
        if (!difference.isEmpty())
        {
            findings.add(Findings.Fault.WRONG, "result " + model.sequence() + ": " + difference + ", expected " +
                model.toLine());
        }
        if (model.kind() == ModelResult.Kind.WINDOW)
        {
            windowResults[model.operatorIndex()]++;
        }
        advance();
    }

    /** After the last result of the model. */
    void end() throws IOException
    {
        while (hasNext)
        {
            onBehind();
        }
        log.requireEnd();
        findings.set("results", results);
        findings.set("windowResults", Arrays.stream(windowResults).sum());
        for (int i = 0; i < windowResults.length; i++)
        {
            findings.set("window." + windows.get(i).name(), windowResults[i]);
        }
    }

    private void onBehind()
    {
        if (log.sequence() >= 0 && log.sequence() < expected)
        {
            findings.add(Findings.Fault.DUPLICATED, "result " + log.sequence() + " is in the results log again");
        }
        else
        {
            findings.add(Findings.Fault.WRONG, "result " + log.sequence() + " has no cause in the journal");
        }
        advance();
    }

    private void advance()
    {
        hasNext = log.next();
        results += hasNext ? 1 : 0;
    }

    private String difference(final ByteBuffer found, final ModelResult model)
    {
        final boolean isWindow = model.kind() == ModelResult.Kind.WINDOW;
        final Difference difference = new Difference()
            .of("template", found.getShort(MessageOffsets.TEMPLATE_ID), template(model.kind()))
            .of("cause position", found.getLong(MessageOffsets.RESULT_CAUSE_POSITION), model.causePosition())
            .of("cause time", found.getLong(MessageOffsets.RESULT_CAUSE_INGEST_TIME), model.causeIngestTimeNs())
            .of("revision", found.getInt(MessageOffsets.RESULT_REVISION) & LAST_HALF, model.revision())
            .of("operator", found.getShort(MessageOffsets.RESULT_OPERATOR) & 0xFFFF, model.operatorIndex())
            .of("timing", found.get(MessageOffsets.RESULT_TIMING), model.timing().ordinal())
            .of("metric", found.getInt(MessageOffsets.RESULT_METRIC) & LAST_HALF, model.metric())
            .of("device", found.getLong(MessageOffsets.RESULT_DEVICE_ID), model.deviceId());
        if (isWindow)
        {
            window(difference, found, model);
        }
        else
        {
            judged(difference, found, model);
        }
        return difference.text();
    }

    private void window(final Difference difference, final ByteBuffer found, final ModelResult model)
    {
        final ModelAggregate aggregate = model.aggregate();
        final ModelWindow.Type type = windows.get(model.operatorIndex()).type();
        final boolean isInParts = type == ModelWindow.Type.SLIDING || type == ModelWindow.Type.SESSION;
        final double sum = found.getDouble(MessageOffsets.WINDOW_SUM);
        difference
            .of("key parts", found.get(MessageOffsets.RESULT_KEY_PARTS), model.keyParts())
            .of("start", found.getLong(MessageOffsets.WINDOW_START), model.windowStartNs())
            .of("end", found.getLong(MessageOffsets.WINDOW_END), model.windowEndNs())
            .of("count", found.getLong(MessageOffsets.WINDOW_COUNT), aggregate.count())
            .of("sum " + sum, isInParts ? aggregate.isSumOfParts(sum) : sum == aggregate.sum())
            .ofBits("min", found.getDouble(MessageOffsets.WINDOW_MIN), aggregate.min())
            .ofBits("max", found.getDouble(MessageOffsets.WINDOW_MAX), aggregate.max())
            .ofBits("first", found.getDouble(MessageOffsets.WINDOW_FIRST), aggregate.first())
            .ofBits("last", found.getDouble(MessageOffsets.WINDOW_LAST), aggregate.last())
            .of("m2 " + found.getDouble(MessageOffsets.WINDOW_M2),
                aggregate.isM2(found.getDouble(MessageOffsets.WINDOW_M2)));
    }

    private static void judged(final Difference difference, final ByteBuffer found, final ModelResult model)
    {
        final ModelReading reading = model.reading();
        difference
            .of("reason", found.get(MessageOffsets.RESULT_REASON), model.reason())
            .of("event id", found.getLong(MessageOffsets.JUDGED_EVENT_ID), reading.eventId())
            .of("event time", found.getLong(MessageOffsets.JUDGED_EVENT_TIME), reading.eventTime())
            .of("event time ns", found.getLong(MessageOffsets.JUDGED_EVENT_TIME_NS), model.eventTimeNs())
            .ofBits("value", found.getDouble(MessageOffsets.JUDGED_VALUE), reading.value())
            .of("source", found.getShort(MessageOffsets.JUDGED_SOURCE) & 0xFFFF, reading.source())
            .of("unit", found.get(MessageOffsets.JUDGED_TIME_UNIT) & 0xFF, reading.timeUnit())
            .of("priority", found.get(MessageOffsets.JUDGED_PRIORITY) & 0xFF, reading.priority())
            .of("quality", found.get(MessageOffsets.JUDGED_QUALITY) & 0xFF, reading.quality())
            .of("device epoch", found.getShort(MessageOffsets.JUDGED_DEVICE_EPOCH) & 0xFFFF, reading.deviceEpoch())
            .of("watermark", found.getLong(MessageOffsets.JUDGED_WATERMARK), model.watermarkNs());
    }

    private static int template(final ModelResult.Kind kind)
    {
        return switch (kind)
        {
            case WINDOW -> MessageOffsets.WINDOW;
            case LATE -> MessageOffsets.LATE;
            case REJECTED -> MessageOffsets.REJECTED;
            case DUPLICATE -> MessageOffsets.DUPLICATE;
        };
    }

    /** The first field that differs. */
    private static final class Difference
    {
        private String text = "";

        Difference of(final String name, final long found, final long expected)
        {
            return of(name + " " + found, found == expected);
        }

        Difference ofBits(final String name, final double found, final double expected)
        {
            return of(name + " " + found, Double.doubleToLongBits(found) == Double.doubleToLongBits(expected));
        }

        Difference of(final String nameAndFound, final boolean isEqual)
        {
            text = text.isEmpty() && !isEqual ? nameAndFound : text;
            return this;
        }

        String text()
        {
            return text;
        }
    }
}
