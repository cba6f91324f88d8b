package io.tailrace.engine.sink;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.function.UnaryOperator;

import io.tailrace.engine.config.JdbcSinkConfig;
import org.agrona.CloseHelper;

/**
 * Connections to the database of a sink.
 * <p>
 * Threading: any.
 */
public final class SinkDatabase implements ConnectionSource
{
    private static final String POSTGRESQL = "jdbc:postgresql:";
    /** 0 is none: what the role, the database or the URL has set stays. */
    private static final String LIMIT = """
        select set_config(name, own_limit, false)
        from (values ('statement_timeout', '50s'), ('lock_timeout', '20s')) as limits (name, own_limit)
        where current_setting(name) = '0'""";

    private final String name;
    private final JdbcSinkConfig config;
    private final UnaryOperator<String> environment;

    /**
     * @param name        of the sink, by which the server may know its connections.
     * @param config      of the database.
     * @param environment value of a variable by its name; null: it is not set.
     */
    public SinkDatabase(final String name, final JdbcSinkConfig config, final UnaryOperator<String> environment)
    {
        this.name = name;
        this.config = config;
        this.environment = environment;
    }

    @Override
    public Connection open() throws SQLException
    {
        final Properties properties = new Properties();
        if (null != config.user())
        {
            properties.setProperty("user", config.user());
        }
        if (null != config.passwordEnv())
        {
            final String password = environment.apply(config.passwordEnv());
            if (null == password)
            {
                throw new SinkException("password-env=" + config.passwordEnv() +
                    ", expected an environment variable that is set");
            }
            properties.setProperty("password", password);
        }
        if (config.url().startsWith(POSTGRESQL))
        {
            properties.setProperty("ApplicationName", "tailrace-" + name);
            properties.setProperty("reWriteBatchedInserts", "true");
            properties.setProperty("tcpKeepAlive", "true");
            // Seconds; a server that has gone without a word must not be waited for without end.
            properties.setProperty("connectTimeout", "10");
            properties.setProperty("loginTimeout", "20");
            properties.setProperty("socketTimeout", "60");
        }
        final Connection connection = DriverManager.getConnection(config.url(), properties);
        try
        {
            limit(connection);
            return connection;
        }
        catch (final SQLException ex)
        {
            CloseHelper.quietClose(connection);
            throw ex;
        }
    }

    /** The server gives up what takes too long, and what waits for a lock, before its socket does. */
    private void limit(final Connection connection) throws SQLException
    {
        if (config.url().startsWith(POSTGRESQL))
        {
            try (Statement statement = connection.createStatement())
            {
                statement.execute(LIMIT);
            }
        }
    }

    /**
     * Creates the tables that are not there.
     *
     * @throws SQLException  if the database cannot be reached or refuses.
     * @throws SinkException if the password is not there.
     */
    public void createTables() throws SQLException
    {
        try (Connection connection = open(); Statement statement = connection.createStatement())
        {
            for (final String definition : definitions())
            {
                statement.execute(definition);
            }
        }
    }

    /** @return what creates the tables, a statement each, the same for every database. */
    public static List<String> definitions()
    {
        return SinkTables.DEFINITIONS;
    }
}
