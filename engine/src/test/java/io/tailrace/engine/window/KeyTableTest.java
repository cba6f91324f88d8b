package io.tailrace.engine.window;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.time.TimeToLive;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.UnsafeApi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class KeyTableTest
{
    private static final int LENGTH = 64 + Pane.LENGTH;

    @Example
    void shouldHoldExactlyAsManyKeysAsItMay()
    {
        try (KeyTable keys = new KeyTable("test", LENGTH, 3, Long.MAX_VALUE))
        {
            for (int i = 0; i < 3; i++)
            {
                assertFalse(keys.isFull());
                final long block = keys.create(i, 7, 100 + i);
                assertEquals(i, KeyTable.keyHigh(block));
                assertEquals(7, KeyTable.keyLow(block));
                assertEquals(100 + i, KeyTable.usedNs(block));
                assertEquals(block, keys.blockOf(KeyTable.number(block)));
            }
            assertTrue(keys.isFull());
            assertEquals(KeyTable.NULL_ADDRESS, keys.find(3, 7));
            assertEquals(KeyTable.NULL_ADDRESS, keys.find(0, 8));
            assertEquals(3, keys.size());
        }
    }

    @Example
    void shouldListTheKeysOfEachDevice()
    {
        try (DeviceTable devices = new DeviceTable(2, 2);
            KeyTable keys = new KeyTable("test", LENGTH, 8, Long.MAX_VALUE))
        {
            final long first = devices.create(1);
            final long second = devices.create(2);
            for (int i = 0; i < 6; i++)
            {
                WindowKey.link(keys.create(i % 2 + 1, i, 0), i % 2 == 0 ? first : second, 1);
            }
            assertEquals(List.of(4L, 2L, 0L), metrics(keys, first));
            assertEquals(List.of(5L, 3L, 1L), metrics(keys, second));
            assertEquals(0, DeviceTable.firstKey(first, 0));
        }
    }

    @Example
    void shouldLookAtKeysInTheOrderOfTheirCreationThoughNumbersAreUsedAgain()
    {
        try (KeyTable keys = new KeyTable("test", LENGTH, 3, 50))
        {
            keys.watch(keys.create(0, 0, 100));
            keys.watch(keys.create(1, 0, 100));
            final TimeToLive timeToLive = keys.timeToLive();
            assertEquals(0, timeToLive.poll(150));
            keys.remove(keys.blockOf(0));
            final long again = keys.create(2, 0, 100);
            assertEquals(0, KeyTable.number(again));
            keys.watch(again);
            assertEquals(1, timeToLive.poll(150));
            assertEquals(0, timeToLive.poll(150));
            assertEquals(TimeToLive.NONE, timeToLive.poll(Long.MAX_VALUE));
        }
    }

    /** Keys that come and go against a map; a block that is used again holds nothing of the key before. */
    @Property(tries = 20)
    void shouldFindWhatAMapFinds(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final int most = 1 + random.nextInt(40);
        final Map<Long, Long> map = new HashMap<>();
        try (KeyTable keys = new KeyTable("test", LENGTH, most, Long.MAX_VALUE))
        {
            for (int i = 0; i < 3000; i++)
            {
                final long id = random.nextInt(60);
                final long block = keys.find(id, -id);
                assertEquals(map.getOrDefault(id, KeyTable.NULL_ADDRESS), block);
                if (block != KeyTable.NULL_ADDRESS)
                {
                    assertEquals(id, KeyTable.keyHigh(block));
                    assertEquals(-id, KeyTable.keyLow(block));
                    if (random.nextInt(3) == 0)
                    {
                        keys.remove(block);
                        map.remove(id);
                    }
                }
                else
                {
                    assertEquals(map.size() == most, keys.isFull());
                    if (!keys.isFull())
                    {
                        final long created = keys.create(id, -id, i);
                        assertEquals(0, WindowKey.overflow(created) + WindowKey.firstOverflow(created));
                        assertEquals(0, WindowKey.nextKey(created));
                        assertEquals(i, KeyTable.usedNs(created));
                        for (int at = WindowKey.TYPE_FIELDS; at < LENGTH; at += Long.BYTES)
                        {
                            assertEquals(0, UnsafeApi.getLong(created + at));
                        }
                        UnsafeApi.setMemory(created + WindowKey.TYPE_FIELDS, LENGTH - WindowKey.TYPE_FIELDS, (byte)-1);
                        WindowKey.overflow(created, 5);
                        WindowKey.firstOverflow(created, 6);
                        map.put(id, created);
                    }
                }
                assertEquals(map.size(), keys.size());
            }
        }
    }

    private static List<Long> metrics(final KeyTable keys, final long device)
    {
        final List<Long> metrics = new ArrayList<>();
        for (int key = DeviceTable.firstKey(device, 1); key != 0;)
        {
            final long block = keys.blockOf(key - 1);
            metrics.add(KeyTable.keyLow(block));
            key = WindowKey.nextKey(block);
        }
        return metrics;
    }
}
