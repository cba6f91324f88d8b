package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import io.tailrace.engine.config.ConfigurationException;

/**
 * The database of a trial.
 *
 * @param url         of it, without a password.
 * @param user        null: as the driver, or the user's configuration, has it.
 * @param passwordEnv name of the environment variable with the password; null: none, or as the user's configuration
 *                    has it.
 */
record TrialDatabase(String url, String user, String passwordEnv)
{
    private static final String ENGINE = "io.tailrace.engine.cli.TailraceCommand";
    private static final long TIMEOUT_S = 90;
    private static final List<String> TABLES =
        List.of("tailrace_sink", "tailrace_window", "tailrace_judged", "tailrace_alert");

    /** Connects. */
    Connection connect() throws SQLException
    {
        final String password = passwordEnv == null ? null : System.getenv(passwordEnv);
        if (user == null && password == null)
        {
            return DriverManager.getConnection(url);
        }
        return DriverManager.getConnection(url, user, password == null ? "" : password);
    }

    /**
     * Creates the tables of the sinks by {@code sink-schema}.
     *
     * @param dir  of the run.
     * @param yaml configuration under test.
     * @throws ConfigurationException if there is no such database, or it is not empty: rows of another run would count
     *                                as faults.
     */
    void prepare(final Path dir, final Path yaml) throws IOException, InterruptedException
    {
        if (passwordEnv != null && System.getenv(passwordEnv) == null)
        {
            throw new ConfigurationException(
                "--jdbc: expected the password in the environment variable " + passwordEnv + ", which is not set");
        }
        try
        {
            connect().close();
            try (ChildProcess process = ChildProcess.start(
                dir, "sink-schema", "256m", ENGINE, List.of("sink-schema", yaml.toString(), "--apply")))
            {
                if (process.awaitEnd(TIMEOUT_S) != 0)
                {
                    throw new ConfigurationException("--jdbc: the tables cannot be created: " + line(process.err()));
                }
            }
            requireEmpty();
        }
        catch (final SQLException ex)
        {
            throw new ConfigurationException(
                "--jdbc: found no database at " + url + ": " + line(String.valueOf(ex.getMessage())));
        }
    }

    private void requireEmpty() throws SQLException
    {
        try (Connection connection = connect(); Statement statement = connection.createStatement())
        {
            for (final String table : TABLES)
            {
                try (ResultSet found = statement.executeQuery("select count(*) from " + table))
                {
                    if (found.next() && found.getLong(1) > 0)
                    {
                        throw new ConfigurationException("--jdbc: found " + found.getLong(1) + " rows in " + table +
                            ", expected an empty database");
                    }
                }
            }
        }
    }

    private static String line(final String text)
    {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
