package io.tailrace.engine.demo;

/**
 * The physics of one site: all its devices share weather and load, each has its own size, wear and noise.
 */
final class PlantSite
{
    private static final double DAY_SECONDS = 86_400;
    private static final int WORN_PUMPS = 12;

    private final PlantRandom random;
    private final double busy;
    private final double climate;
    private final double[] meterKilowatts = new double[PlantKind.METER.perSite()];
    private final double[] pumpVibration = new double[PlantKind.PUMP.perSite()];
    private final double[] pumpWear = new double[PlantKind.PUMP.perSite()];
    private final double[] pumpTemperature = new double[PlantKind.PUMP.perSite()];
    private final double[] tankLevel = new double[PlantKind.TANK.perSite()];
    private final double[] tankFlow = new double[PlantKind.TANK.perSite()];

    private double load;
    private double loadNoise;
    private double air;
    private double wind;

    PlantSite(final PlantRandom random)
    {
        this.random = random;
        busy = random.between(0.6, 1.0);
        climate = random.between(8, 22);
        wind = random.between(2, 9);
        for (int i = 0; i < meterKilowatts.length; i++)
        {
            meterKilowatts[i] = random.between(0.5, 12);
        }
        for (int i = 0; i < pumpVibration.length; i++)
        {
            pumpVibration[i] = random.between(1.2, 2.8);
            // Some bearings are worn and get worse by the hour.
            pumpWear[i] = i % WORN_PUMPS == 0 ? random.between(0.5, 3) / 3_600 : 0;
            pumpTemperature[i] = random.between(38, 48);
        }
        for (int i = 0; i < tankLevel.length; i++)
        {
            tankLevel[i] = random.between(30, 80);
            tankFlow[i] = random.between(-4, 4) / 3_600;
        }
    }

    /** A second of plant time passes. */
    void onSecond(final long epochSecond)
    {
        // Load is least at four in the morning and greatest at four in the afternoon.
        final double hour = 2 * StrictMath.PI * (epochSecond % (long)DAY_SECONDS - 4 * 3_600) / DAY_SECONDS;
        final double day = 0.5 - 0.5 * StrictMath.cos(hour);
        loadNoise = 0.99 * loadNoise + 0.01 * random.noise();
        load = Math.max(0.05, busy * (0.35 + 0.65 * day) + loadNoise);
        air = climate + 6 * day + 2 * loadNoise;
        wind = Math.max(0, wind + 0.05 * (5 - wind) + 0.4 * random.noise());
    }

    double power(final int meter)
    {
        return Math.max(0, meterKilowatts[meter] * (load + 0.04 * random.noise()));
    }

    double vibration(final int pump, final long seconds)
    {
        return Math.max(
            0, pumpVibration[pump] * (0.7 + 0.5 * load) + pumpWear[pump] * seconds + 0.15 * random.noise());
    }

    double pumpTemperature(final int pump)
    {
        // The housing follows load and air slowly.
        final double target = 30 + 22 * load + 0.4 * air + 2 * pumpVibration[pump];
        pumpTemperature[pump] += 0.05 * (target - pumpTemperature[pump]);
        return pumpTemperature[pump] + 0.1 * random.noise();
    }

    double level(final int tank, final int seconds)
    {
        tankLevel[tank] += tankFlow[tank] * seconds;
        if (tankLevel[tank] < 15 || tankLevel[tank] > 95)
        {
            tankFlow[tank] = -tankFlow[tank];
        }
        return tankLevel[tank] + 0.05 * random.noise();
    }

    double wind()
    {
        return Math.max(0, wind + 0.8 * random.noise());
    }

    double air()
    {
        return air + 0.1 * random.noise();
    }
}
