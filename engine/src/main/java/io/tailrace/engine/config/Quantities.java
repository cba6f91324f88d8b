package io.tailrace.engine.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of numbers that have a unit, both ways: {@code parse(print(x)) == x}.
 * <p>
 * A unit stands directly behind a whole number, and is never left out. Sizes have decimal units ({@code KB} = 1000
 * bytes) and
 * binary ones ({@code KiB} = 1024 bytes). A parse method answers anything else with {@link ValueException}.
 */
public final class Quantities
{
    private static final Pattern WITH_UNIT = Pattern.compile("(-?)(0|[1-9][0-9]{0,18})([A-Za-zµμ]+)");
    private static final Pattern RATE = Pattern.compile("([0-9.eE+-]{1,30})/([smh])");
    private static final Pattern NUMBER =
        Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?");
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,18})");
    private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

    private static final Map<String, Long> DURATION_UNITS = new LinkedHashMap<>();
    private static final Map<String, Long> SIZE_UNITS = new LinkedHashMap<>();

    static
    {
        DURATION_UNITS.put("d", 86_400_000_000_000L);
        DURATION_UNITS.put("h", 3_600_000_000_000L);
        DURATION_UNITS.put("m", 60_000_000_000L);
        DURATION_UNITS.put("s", 1_000_000_000L);
        DURATION_UNITS.put("ms", 1_000_000L);
        DURATION_UNITS.put("us", 1_000L);
        DURATION_UNITS.put("ns", 1L);

        SIZE_UNITS.put("TiB", 1L << 40);
        SIZE_UNITS.put("TB", 1_000_000_000_000L);
        SIZE_UNITS.put("GiB", 1L << 30);
        SIZE_UNITS.put("GB", 1_000_000_000L);
        SIZE_UNITS.put("MiB", 1L << 20);
        SIZE_UNITS.put("MB", 1_000_000L);
        SIZE_UNITS.put("KiB", 1L << 10);
        SIZE_UNITS.put("KB", 1_000L);
        SIZE_UNITS.put("B", 1L);
    }

    private Quantities()
    {
    }

    static long parseDuration(final String text) throws ValueException
    {
        return parseWithUnit(text.replaceFirst("[µμ]s$", "us"), DURATION_UNITS);
    }

    /** @return a duration of ns with the unit that makes it shortest, such as {@code 90s}. */
    public static String printDuration(final long durationNs)
    {
        return printWithUnit(durationNs, DURATION_UNITS, "s");
    }

    static long parseSize(final String text) throws ValueException
    {
        return parseWithUnit(text.replaceFirst("kB$", "KB"), SIZE_UNITS);
    }

    static String printSize(final long length)
    {
        return printWithUnit(length, SIZE_UNITS, "B");
    }

    static double parseRate(final String text) throws ValueException
    {
        final Matcher matcher = RATE.matcher(text);
        if (!matcher.matches())
        {
            throw new ValueException();
        }

        final double count = parseNumber(matcher.group(1));
        if (count <= 0)
        {
            throw new ValueException();
        }

        return switch (matcher.group(2))
        {
            case "s" -> count;
            case "m" -> count / 60;
            default -> count / 3600;
        };
    }

    /** @return a rate, such as {@code 0.5/s}. */
    public static String printRate(final double perSecond)
    {
        return printNumber(perSecond) + "/s";
    }

    /** @return a rate in six significant digits, as one that was measured is told. */
    public static String printMeasuredRate(final double perSecond)
    {
        return printRate(new BigDecimal(perSecond).round(new MathContext(6)).doubleValue());
    }

    static double parseNumber(final String text) throws ValueException
    {
        if (!NUMBER.matcher(text).matches())
        {
            throw new ValueException();
        }

        final double value = Double.parseDouble(text);
        if (Double.isInfinite(value))
        {
            throw new ValueException();
        }

        return value;
    }

    static String printNumber(final double value)
    {
        final String text = Double.toString(value);
        if (text.endsWith(".0"))
        {
            return text.substring(0, text.length() - 2);
        }

        final double magnitude = Math.abs(value);
        return text.indexOf('E') >= 0 && magnitude >= 1e-6 && magnitude < 1e15 ?
            new BigDecimal(text).stripTrailingZeros().toPlainString() : text;
    }

    static long parseWhole(final String text) throws ValueException
    {
        if (!WHOLE.matcher(text).matches())
        {
            throw new ValueException();
        }

        return exact(new BigInteger(text));
    }

    static long parseInstant(final String text) throws ValueException
    {
        final Instant instant;
        try
        {
            instant = text.indexOf('T') < 0 ?
                LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC) : Instant.parse(text);
        }
        catch (final DateTimeException ex)
        {
            throw new ValueException();
        }

        return exact(BigInteger.valueOf(instant.getEpochSecond()).multiply(BILLION)
            .add(BigInteger.valueOf(instant.getNano())));
    }

    /** @return an instant of epoch ns by ISO 8601; a date alone if it is midnight, UTC. */
    public static String printInstant(final long epochNs)
    {
        final Instant instant = Instant.EPOCH.plus(epochNs, ChronoUnit.NANOS);
        return epochNs % 86_400_000_000_000L == 0 ?
            LocalDate.ofInstant(instant, ZoneOffset.UTC).toString() : instant.toString();
    }

    private static long parseWithUnit(final String text, final Map<String, Long> units) throws ValueException
    {
        final Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches() || !units.containsKey(matcher.group(3)))
        {
            throw new ValueException();
        }

        final BigInteger count = new BigInteger(matcher.group(1) + matcher.group(2));
        return exact(count.multiply(BigInteger.valueOf(units.get(matcher.group(3)))));
    }

    private static String printWithUnit(final long value, final Map<String, Long> units, final String unitOfZero)
    {
        if (value == 0)
        {
            return "0" + unitOfZero;
        }

        String shortest = null;
        for (final Map.Entry<String, Long> unit : units.entrySet())
        {
            if (value % unit.getValue() == 0)
            {
                final String text = value / unit.getValue() + unit.getKey();
                shortest = shortest == null || text.length() < shortest.length() ? text : shortest;
            }
        }

        return shortest;
    }

    private static long exact(final BigInteger value) throws ValueException
    {
        if (value.bitLength() > 63)
        {
            throw new ValueException();
        }

        return value.longValue();
    }
}
