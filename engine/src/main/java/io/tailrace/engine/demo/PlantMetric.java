package io.tailrace.engine.demo;

/** What the devices of the plant measure. */
enum PlantMetric
{
    /** Velocity, mm/s. */
    VIBRATION(1, "vibration"),
    /** Degrees Celsius. */
    TEMPERATURE(2, "temperature"),
    /** Kilowatts. */
    POWER(3, "power"),
    /** Percent of the height. */
    LEVEL(4, "level"),
    /** Metres per second. */
    WIND(5, "wind");

    private final int id;
    private final String text;

    PlantMetric(final int id, final String text)
    {
        this.id = id;
        this.text = text;
    }

    int id()
    {
        return id;
    }

    String text()
    {
        return text;
    }

    static String textOf(final long id)
    {
        return id >= 1 && id <= values().length ? values()[(int)id - 1].text : Long.toString(id);
    }
}
