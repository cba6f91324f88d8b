package io.tailrace.engine;

import java.time.zone.ZoneRulesProvider;

import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.StartedDecoder;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TimeZoneDataTest
{
    @Test
    void shouldNameTheDataOfThisJvm()
    {
        final String version = TimeZoneData.currentVersion();
        assertTrue(version.matches("[0-9]{4}[a-z]{1,4}"), version);
        assertTrue(ZoneRulesProvider.getVersions("Europe/Berlin").containsKey(version), version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025b", "12345678", "123456789", "2025b-é", "é", ""})
    void shouldReadBackWhatIsStored(final String version)
    {
        final Incarnation written = new Incarnation(3, -5, 1000, TimeZoneData.stored(version), 2, 4096, 3 << 20);
        final UnsafeBuffer message = new UnsafeBuffer(new byte[EventRing.SLOT_LENGTH]);
        written.encode(message, 17, Incarnation.EPOCH_GOES_ON);
        final StartedDecoder started = new StartedDecoder();
        started.wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());

        assertEquals(written, Incarnation.decode(started, 9999, written));
        assertEquals(9999, Incarnation.decode(started, 9999, null).epochPosition());
    }
}
