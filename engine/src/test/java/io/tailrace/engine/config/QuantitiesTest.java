package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Positive;

/** Text and number of a quantity are one and the same, at the ends of the range as well. */
class QuantitiesTest
{
    @ParameterizedTest
    @CsvSource({
        "1ns,1", "10us,10000", "10\u00b5s,10000", "10\u03bcs,10000", "100ms,100000000", "5s,5000000000",
        "2m,120000000000", "1h,3600000000000", "30d,2592000000000000", "-5s,-5000000000", "0s,0",
        "9223372036854775807ns,9223372036854775807",
        "106751d,9223286400000000000"})
    void shouldReadDurations(final String text, final long durationNs) throws ValueException
    {
        assertEquals(durationNs, Quantities.parseDuration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 s", "05s", "+5s", "1.5s", "5S", "5M", "1w", "106752d",
        "9223372036854775808ns", "99999999999999999999s", "1h30m", "\u0665s"})
    void shouldRefuseWhatIsNoDuration(final String text)
    {
        assertThrows(ValueException.class, () -> Quantities.parseDuration(text));
    }

    @ParameterizedTest
    @CsvSource({
        "1B,1", "64KB,64000", "64kB,64000", "64KiB,65536", "50GB,50000000000", "1MiB,1048576", "2TiB,2199023255552",
        "3MB,3000000", "1GiB,1073741824", "9TB,9000000000000"})
    void shouldReadSizes(final String text, final long length) throws ValueException
    {
        assertEquals(length, Quantities.parseSize(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "64K", "64kb", "64Kb", "1.5GB", "1PB", "9999999TiB", "64 KB"})
    void shouldRefuseWhatIsNoSize(final String text)
    {
        assertThrows(ValueException.class, () -> Quantities.parseSize(text));
    }

    @ParameterizedTest
    @CsvSource({"1000/s,1000", "30/m,0.5", "1800/h,0.5", "0.25/s,0.25", "1e3/s,1000"})
    void shouldReadRates(final String text, final double perSecond) throws ValueException
    {
        assertEquals(perSecond, Quantities.parseRate(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "0/s", "-1/s", "100Hz", "/s", "1/ms", "NaN/s", "1e999/s", "100 /s"})
    void shouldRefuseWhatIsNoRate(final String text)
    {
        assertThrows(ValueException.class, () -> Quantities.parseRate(text));
    }

    @ParameterizedTest
    @CsvSource({
        "2020-01-01,1577836800000000000", "1970-01-01,0", "1969-12-31T23:59:59.999999999Z,-1",
        "2262-04-11T23:47:16.854775807Z,9223372036854775807", "1677-09-21T00:12:43.145224192Z,-9223372036854775808",
        "2020-01-01T02:00:00+02:00,1577836800000000000"})
    void shouldReadInstants(final String text, final long epochNs) throws ValueException
    {
        assertEquals(epochNs, Quantities.parseInstant(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "2020", "2020-1-1", "2020-02-30", "2262-04-11T23:47:16.854775808Z",
        "2020-01-01T00:00", "+999999999-01-01", "2020-01-01 00:00:00Z"})
    void shouldRefuseWhatIsNoInstant(final String text)
    {
        assertThrows(ValueException.class, () -> Quantities.parseInstant(text));
    }

    @Property
    void shouldReadBackWhatItPrints(@ForAll final long value) throws ValueException
    {
        assertEquals(value, Quantities.parseInstant(Quantities.printInstant(value)));
        assertEquals(value, Quantities.parseWhole(String.valueOf(value)));
        assertEquals(value, Quantities.parseDuration(Quantities.printDuration(value)));
        assertEquals(value, Quantities.parseSize(Quantities.printSize(value)));
    }

    @Property
    void shouldReadBackNumbersAndRatesThatItPrints(@ForAll final long bits, @ForAll @Positive final double rate)
        throws ValueException
    {
        final double number = Double.longBitsToDouble(bits);
        Assume.that(Double.isFinite(number));
        assertEquals(number, Quantities.parseNumber(Quantities.printNumber(number)));
        assertEquals(rate, Quantities.parseRate(Quantities.printRate(rate)));
    }

    @Test
    void shouldResolveLiteralsAndLeaveNamesAlone() throws ValueException
    {
        assertEquals(new InetSocketAddress("127.0.0.1", 9010), Addresses.parse("127.0.0.1:9010"));
        assertEquals("localhost:1", Addresses.print(Addresses.parse("localhost:1")));
        assertEquals(new InetSocketAddress("127.0.0.1", 1), Addresses.parse("localhost:1"));
        assertEquals("[0:0:0:0:0:0:0:1]:1", Addresses.print(Addresses.parse("[::1]:1")));
        assertTrue(Addresses.parse("no-such-host.invalid:65535").isUnresolved());
    }

    @Test
    void shouldFindTheNearestWord()
    {
        assertEquals(1, Suggestion.distance("szie", "size"));
        assertEquals(3, Suggestion.distance("kitten", "sitting"));
        assertEquals(0, Suggestion.distance("", ""));
        assertEquals(", did you mean windows?", Suggestion.of("windoes", ConfigSchema.ROOT.names()));
        assertEquals("", Suggestion.of("quota", ConfigSchema.ROOT.names()));
        assertEquals("", Suggestion.of("", ConfigSchema.ROOT.names()));
        assertEquals("", Suggestion.of("w".repeat(65), ConfigSchema.ROOT.names()));
    }
}
