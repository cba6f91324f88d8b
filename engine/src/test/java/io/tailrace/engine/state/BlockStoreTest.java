package io.tailrace.engine.state;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BlockStoreTest
{
    private static final int LENGTH = 192;

    private BlockStore store;

    @AfterEach
    void close()
    {
        store.close();
    }

    @Test
    void shouldCreateZeroedAlignedBlocks()
    {
        store = new BlockStore("test", LENGTH, BlockStore.NO_STAMP, 1000, 100);
        for (int i = 0; i < 1000; i++)
        {
            final long address = store.create(i, ~i);
            assertNotEquals(BlockStore.NULL_ADDRESS, address);
            assertEquals(0, address % 64);
            for (int offset = 0; offset < LENGTH; offset += Long.BYTES)
            {
                assertEquals(0, UnsafeApi.getLong(address + offset));
            }
            UnsafeApi.setMemory(address, LENGTH, (byte)0xAA);
        }
    }

    @Test
    void shouldRefuseBeyondCapacityAndTakeAgainAfterRemoval()
    {
        store = new BlockStore("test", LENGTH, BlockStore.NO_STAMP, 3, 3);
        store.create(1, 0);
        store.create(2, 0);
        store.create(3, 0);
        assertTrue(store.isFull());
        assertEquals(BlockStore.NULL_ADDRESS, store.create(4, 0));
        store.remove(2, 0);
        assertNotEquals(BlockStore.NULL_ADDRESS, store.create(4, 0));
        assertEquals(BlockStore.NULL_ADDRESS, store.find(2, 0));
    }

    @Test
    void shouldKeepAddressesWhileOthersComeAndGo()
    {
        final int capacity = 20_000;
        store = new BlockStore("test", LENGTH, BlockStore.NO_STAMP, capacity, capacity / 10);
        final SplittableRandom random = new SplittableRandom(7);
        final Map<Long, Long> addresses = new HashMap<>();
        for (int i = 0; i < 200_000; i++)
        {
            final long id = random.nextLong(30_000);
            final long address = store.find(id, id * 3);
            if (addresses.containsKey(id))
            {
                assertEquals(addresses.get(id), address);
                assertEquals(id, UnsafeApi.getLong(address + 8));
                assertEquals(address, store.addressOf(store.numberOf(id, id * 3)));
                if (random.nextInt(3) == 0)
                {
                    store.remove(id, id * 3);
                    addresses.remove(id);
                }
            }
            else
            {
                assertEquals(BlockStore.NULL_ADDRESS, address);
                final long created = store.create(id, id * 3);
                if (addresses.size() == capacity)
                {
                    assertEquals(BlockStore.NULL_ADDRESS, created);
                }
                else
                {
                    assertEquals(0, UnsafeApi.getLong(created + 8));
                    UnsafeApi.putLong(created + 8, id);
                    addresses.put(id, created);
                }
            }
            assertEquals(addresses.size(), store.size());
        }
    }
}
