package io.tailrace.perf.certify.counter;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;

/**
 * The rows of a JDBC sink in the order of their sequences, from the tables of {@code engine/docs/sinks.md}, by plain
 * SQL.
 */
final class JdbcSinkReader
{
    private static final String ROWS = """
        select sequence, 'window' as kind, cause_position, event_count, value_sum, value_min, value_max,
            value_first, value_last, revision, epoch from tailrace_window
        union all
        select sequence, kind, cause_position, 0, reading, 0, 0, 0, 0, 0, epoch from tailrace_judged
        order by 11, 1""";
    private static final int FETCH = 1000;

    private final String url;
    private final String user;
    private final String password;

    /**
     * @param url      of the database.
     * @param user     empty: none.
     * @param password empty: none.
     */
    JdbcSinkReader(final String url, final String user, final String password)
    {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /** Reads all rows. */
    void read(final Consumer<SinkRow> rows) throws SQLException
    {
        try (Connection connection = user.isEmpty() ?
            DriverManager.getConnection(url) : DriverManager.getConnection(url, user, password))
        {
            // Else some drivers fetch all rows at once.
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement())
            {
                statement.setFetchSize(FETCH);
                try (ResultSet set = statement.executeQuery(ROWS))
                {
                    while (set.next())
                    {
                        rows.accept(row(set));
                    }
                }
            }
            connection.rollback();
        }
    }

    private static SinkRow row(final ResultSet set) throws SQLException
    {
        int column = 0;
        return new SinkRow(
            set.getLong(++column),
            set.getString(++column).trim(),
            set.getLong(++column),
            set.getLong(++column),
            set.getDouble(++column),
            set.getDouble(++column),
            set.getDouble(++column),
            set.getDouble(++column),
            set.getDouble(++column),
            set.getLong(++column));
    }
}
