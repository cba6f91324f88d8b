package io.tailrace.perf.certify.generator;

import java.util.Arrays;
import java.util.Properties;

/**
 * What the generator is told.
 *
 * @param port       of the UDP source, on the loopback interface.
 * @param devices    ids 1 to this.
 * @param metrics    ids, taken at random.
 * @param rate       readings a second, if the engine keeps up.
 * @param seed       of all that is random.
 * @param speed      event time against wall clock, until it has caught up with it.
 * @param lagMs      how far event time is behind the wall clock at first.
 * @param disorderMs readings are up to so far out of order.
 * @param lateMs     one in a hundred is up to so far.
 * @param pauseMs    of event time: how long devices pause.
 * @param futureMs   readings further ahead are rejected; -1: there is no such bound, and none is sent beyond it.
 */
public record GeneratorSettings(
    int port,
    int devices,
    long[] metrics,
    int rate,
    long seed,
    double speed,
    long lagMs,
    long disorderMs,
    long lateMs,
    long pauseMs,
    long futureMs)
{
    /** @return the settings as {@code key=value} pairs. */
    public Properties toProperties()
    {
        final Properties properties = new Properties();
        properties.setProperty("port", Integer.toString(port));
        properties.setProperty("devices", Integer.toString(devices));
        properties.setProperty("metrics", Arrays.toString(metrics).replaceAll("[\\[\\] ]", ""));
        properties.setProperty("rate", Integer.toString(rate));
        properties.setProperty("seed", Long.toString(seed));
        properties.setProperty("speed", Double.toString(speed));
        properties.setProperty("lag-ms", Long.toString(lagMs));
        properties.setProperty("disorder-ms", Long.toString(disorderMs));
        properties.setProperty("late-ms", Long.toString(lateMs));
        properties.setProperty("pause-ms", Long.toString(pauseMs));
        properties.setProperty("future-ms", Long.toString(futureMs));
        return properties;
    }

    /** @return settings of such pairs. */
    public static GeneratorSettings of(final Properties properties)
    {
        return new GeneratorSettings(
            (int)number(properties, "port"),
            (int)number(properties, "devices"),
            Arrays.stream(properties.getProperty("metrics").split(",")).mapToLong(Long::parseLong).toArray(),
            (int)number(properties, "rate"),
            number(properties, "seed"),
            Double.parseDouble(properties.getProperty("speed")),
            number(properties, "lag-ms"),
            number(properties, "disorder-ms"),
            number(properties, "late-ms"),
            number(properties, "pause-ms"),
            number(properties, "future-ms"));
    }

    private static long number(final Properties properties, final String key)
    {
        return Long.parseLong(properties.getProperty(key));
    }
}
