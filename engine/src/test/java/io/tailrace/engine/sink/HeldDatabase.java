package io.tailrace.engine.sink;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A function of a database in this process that returns when a test says so; a column has it as its default, so that
 * an insert stands still in the middle of its transaction.
 */
public final class HeldDatabase
{
    private static final long DEADLINE_S = 60;

    private static volatile CountDownLatch released = new CountDownLatch(0);
    private static volatile int held;

    private HeldDatabase()
    {
    }

    /** Called by the database for each row. */
    public static int hold() throws InterruptedException
    {
        final CountDownLatch latch = released;
        if (latch.getCount() > 0)
        {
            held = held + 1;
            if (!latch.await(DEADLINE_S, TimeUnit.SECONDS))
            {
                throw new IllegalStateException("nobody released the database");
            }
        }
        return 0;
    }

    static void addTo(final String url) throws SQLException
    {
        try (Connection connection = DriverManager.getConnection(url);
            Statement statement = connection.createStatement())
        {
            statement.execute("create alias hold for \"" + HeldDatabase.class.getName() + ".hold\"");
            statement.execute("alter table tailrace_window add column held int default hold()");
        }
    }

    static void begin()
    {
        held = 0;
        released = new CountDownLatch(1);
    }

    /** @return whether an insert stands still. */
    static boolean isHolding()
    {
        return held > 0;
    }

    static void end()
    {
        released.countDown();
    }
}
