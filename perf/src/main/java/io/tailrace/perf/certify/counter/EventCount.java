package io.tailrace.perf.certify.counter;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each event is in the journal, against what the generator knows of it.
 * <p>
 * The rule: an event that was acknowledged is there. An event is there at most as often as it was sent: a copy more
 * than one is counted as <em>journalled again</em>, which only a sender that sends again can cause, and of which
 * deduplication makes duplicates. A copy more than that is duplicated. An event that was never sent is wrong.
 */
final class EventCount
{
    private static final int FIRST_LENGTH = 1024;

    /** Of one device; the index is the event id, of which 0 is none. */
    private static final class Device
    {
        private int[] journalled = new int[FIRST_LENGTH];
        private int[] sentAgain = new int[FIRST_LENGTH];
        private long[] acknowledged = new long[FIRST_LENGTH / Long.SIZE];
        private int lastSent;
    }

    private final Findings findings;
    private final Map<Long, Device> devices = new HashMap<>();
    private long journalled;
    private long journalledAgain;
    private long acknowledged;

    EventCount(final Findings findings)
    {
        this.findings = findings;
    }

    /** An entry of the generator's files: its event was acknowledged, sent again, or is the last of its device. */
    private interface Entry
    {
        void accept(long deviceId, int eventId);
    }

    /**
     * Reads what the generator knows.
     *
     * @param acknowledgedFile pairs of device id and event id, big-endian longs.
     * @param sentAgainFile    likewise, an entry each time.
     * @param lastSentFile     likewise, one entry a device.
     */
    void read(final Path acknowledgedFile, final Path sentAgainFile, final Path lastSentFile) throws IOException
    {
        read(acknowledgedFile, (deviceId, eventId) ->
        {
            final Device device = device(deviceId, eventId);
            final long bit = 1L << eventId % Long.SIZE;
            acknowledged += (device.acknowledged[eventId / Long.SIZE] & bit) == 0 ? 1 : 0;
            device.acknowledged[eventId / Long.SIZE] |= bit;
        });
        read(sentAgainFile, (deviceId, eventId) -> device(deviceId, eventId).sentAgain[eventId]++);
        read(lastSentFile, (deviceId, eventId) -> device(deviceId, eventId).lastSent = eventId);
    }

    /** A reading as it stands in the journal. */
    void onReading(final ModelReading reading)
    {
        journalled++;
        final Device device = devices.get(reading.deviceId());
        if (device == null || reading.eventId() < 1 || reading.eventId() > device.lastSent)
        {
            findings.add(Findings.Fault.WRONG, text(reading) + " was never sent");
            return;
        }
        if (!isAsSent(reading))
        {
            findings.add(Findings.Fault.WRONG, text(reading) + " is not as it was sent");
        }
        final int eventId = (int)reading.eventId();
        final int copies = ++device.journalled[eventId];
        if (copies > 1 + device.sentAgain[eventId])
        {
            findings.add(Findings.Fault.DUPLICATED, text(reading) + " is copy " + copies + ", and was sent " +
                (1 + device.sentAgain[eventId]) + " times");
        }
        else if (copies > 1)
        {
            journalledAgain++;
        }
    }

    /** After the last reading. */
    void end()
    {
        long sent = 0;
        for (final Map.Entry<Long, Device> entry : devices.entrySet())
        {
            final Device device = entry.getValue();
            sent += device.lastSent;
            for (int eventId = 1; eventId < device.journalled.length; eventId++)
            {
                final boolean isAcknowledged =
                    (device.acknowledged[eventId / Long.SIZE] & 1L << eventId % Long.SIZE) != 0;
                if (isAcknowledged && device.journalled[eventId] == 0)
                {
                    findings.add(Findings.Fault.LOST, "event " + eventId + " of device " +
                        Long.toUnsignedString(entry.getKey()) + " was acknowledged and is not in the journal");
                }
            }
        }
        findings.set("sent", sent);
        findings.set("acknowledged", acknowledged);
        findings.set("journalled", journalled);
        findings.set("journalledAgain", journalledAgain);
    }

    private static boolean isAsSent(final ModelReading reading)
    {
        final double value =
            EventContent.value(reading.deviceId(), reading.eventId(), reading.eventTime(), reading.metric());
        return Double.compare(value, reading.value()) == 0 && reading.timeUnit() ==
            EventContent.timeUnit(reading.deviceId(), reading.eventId(), reading.eventTime(), reading.metric());
    }

    private Device device(final long deviceId, final int eventId)
    {
        final Device device = devices.computeIfAbsent(deviceId, (id) -> new Device());
        if (eventId >= device.journalled.length)
        {
            final int length = Integer.highestOneBit(eventId) * 2;
            device.journalled = Arrays.copyOf(device.journalled, length);
            device.sentAgain = Arrays.copyOf(device.sentAgain, length);
            device.acknowledged = Arrays.copyOf(device.acknowledged, length / Long.SIZE);
        }
        return device;
    }

    private static void read(final Path file, final Entry entry) throws IOException
    {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16)))
        {
            while (true)
            {
                final long deviceId = in.readLong();
                entry.accept(deviceId, Math.toIntExact(in.readLong()));
            }
        }
        catch (final EOFException ex)
        {
            // The end of the file, or of what a generator that failed has written of the last entry.
            return;
        }
    }

    private static String text(final ModelReading reading)
    {
        return "event " + Long.toUnsignedString(reading.eventId()) + " of device " +
            Long.toUnsignedString(reading.deviceId()) + " at journal position " + reading.position();
    }
}
