package io.tailrace.codec;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EventIdsTest
{
    @Property
    void shouldTakeCanonicalNumberAsItself(@ForAll final long id)
    {
        final String text = Long.toUnsignedString(id);

        assertTrue(EventIds.isCanonical(text));
        assertEquals(id, EventIds.idOf(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "9", "10", "9223372036854775808", "18446744073709551615"})
    void shouldKnowCanonicalNumbers(final String text)
    {
        assertTrue(EventIds.isCanonical(text));
        assertEquals(text, Long.toUnsignedString(EventIds.idOf(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "00", "01", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616", "20000000000000000000",
        "99999999999999999999", "100000000000000000000", "\u0661", "a"})
    void shouldHashEverythingElse(final String text)
    {
        assertFalse(EventIds.isCanonical(text));
        assertEquals(EventIds.hash(text), EventIds.idOf(text));
    }

    /**
     * Known answers of XXH64; the long text takes the path of 32-byte stripes.
     */
    @ParameterizedTest
    @CsvSource({
        "'', ef46db3751d8e999",
        "a, d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "Nobody inspects the spammish repetition, fbcea83c8a378bf1"})
    void shouldHashAsXxh64(final String text, final String hash)
    {
        assertEquals(hash, Long.toHexString(EventIds.hash(text)));
    }

    @Test
    void shouldHashTheUtf8Bytes()
    {
        assertNotEquals(EventIds.hash("\u00e9"), EventIds.hash("e\u0301"));
        assertEquals(EventIds.hash("?"), EventIds.hash("\ud800"), "an unpaired surrogate has no UTF-8 form");
    }
}
