package io.tailrace.engine.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.JdbcSinkConfig;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultKind;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * Writes results as rows. The rows of a batch and the sequence behind them are one transaction: both are there or
 * neither is.
 * <p>
 * The transaction begins with an update of the sequence that holds only if nobody has moved it since this writer read
 * it. So a transaction of a connection that is thought dead, but whose commit is still on its way, cannot come between:
 * either it comes first, and this writer changes nothing and is opened anew, or this one does. The primary keys would
 * refuse a row that came twice all the same.
 * <p>
 * Threading: one thread; {@link #abort} any. Memory: the rows of a batch.
 */
final class JdbcSink implements SinkWriter
{
    /** How long the recorded sequence may lag behind what was passed over. */
    static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int WINDOW = 0;
    private static final int JUDGED = 1;
    private static final int ALERT = 2;
    private static final String[] INSERTS =
        {SinkTables.INSERT_WINDOW, SinkTables.INSERT_JUDGED, SinkTables.INSERT_ALERT};
    private static final long NO_TIME = Long.MIN_VALUE;
    private static final long EPOCH_MASK = 0xFFFF_FFFFL;
    private static final String CONSTRAINT_CLASS = "23";
    private static final String DATA_CLASS = "22";
    private static final String NO_TABLE = "42P01";
    /** Followed by 2, 3 or 4: whether there are others. */
    private static final String NO_TABLE_H2 = "42S0";

    private final String name;
    private final String dataId;
    private final JdbcSinkConfig config;
    private final ConnectionSource connections;
    private final SinkTables tables;
    private final PreparedStatement[] inserts = new PreparedStatement[INSERTS.length];
    private final int[] rows = new int[INSERTS.length];

    private volatile Connection connection;
    private PreparedStatement update;
    private int rowCount;
    private long sinceNs = NO_TIME;
    private int epoch;
    private long next;
    private SinkPosition written;

    /**
     * @param name        of the sink, its key in the table of progress.
     * @param dataId      of the data directory whose results these are.
     * @param config      batch and linger.
     * @param connections to the database.
     * @param cells       names of operators and metrics.
     */
    JdbcSink(
        final String name,
        final String dataId,
        final JdbcSinkConfig config,
        final ConnectionSource connections,
        final ResultCells cells)
    {
        this.name = name;
        this.dataId = dataId;
        this.config = config;
        this.connections = connections;
        tables = new SinkTables(cells);
    }

    @Override
    public SinkPosition open(final SinkPosition oldest) throws SQLException
    {
        try
        {
            connection = connections.open();
            connection.setAutoCommit(false);
            written = readProgress();
            if (null == written)
            {
                insertProgress(oldest);
                written = oldest;
            }
            epoch = written.epoch();
            next = written.sequence();
            update = connection.prepareStatement(SinkTables.UPDATE_PROGRESS);
            for (int i = 0; i < inserts.length; i++)
            {
                inserts[i] = connection.prepareStatement(INSERTS[i]);
            }
            // PostgreSQL would hold a transaction open that has only read.
            connection.commit();
            return written;
        }
        catch (final SQLException ex)
        {
            throw judged(ex);
        }
    }

    @Override
    public void add(
        final ResultKind kind, final int epoch, final long sequence, final DirectBuffer buffer, final int offset)
        throws SQLException
    {
        try
        {
            final int table = addRow(kind, buffer, offset);
            inserts[table].addBatch();
            rows[table]++;
            rowCount++;
        }
        catch (final SQLException ex)
        {
            throw judged(ex);
        }
        this.epoch = epoch;
        next = sequence + 1;
        if (rowCount >= config.batch())
        {
            commit();
        }
    }

    @Override
    public void pass(final int epoch, final long sequence)
    {
        this.epoch = epoch;
        next = sequence + 1;
    }

    @Override
    public void flush(final long nowNs) throws SQLException
    {
        if (isWritten())
        {
            sinceNs = NO_TIME;
        }
        else if (sinceNs == NO_TIME)
        {
            sinceNs = nowNs;
        }
        if (sinceNs != NO_TIME && nowNs - sinceNs >= (rowCount > 0 ? config.lingerNs() : PROGRESS_NS))
        {
            commit();
        }
    }

    @Override
    public void finish() throws SQLException
    {
        if (!isWritten())
        {
            commit();
        }
    }

    @Override
    public SinkPosition written()
    {
        return written;
    }

    @Override
    public void abort()
    {
        final Connection current = connection;
        if (null != current)
        {
            try
            {
                current.abort(Runnable::run);
            }
            catch (final SQLException ex)
            {
                CloseHelper.quietClose(current);
            }
        }
    }

    /** Without a word to the server about what was not committed: it takes it back by itself. */
    @Override
    public void close()
    {
        CloseHelper.quietClose(connection);
    }

    private boolean isWritten()
    {
        return written.epoch() == epoch && written.sequence() == next;
    }

    private int addRow(final ResultKind kind, final DirectBuffer buffer, final int offset) throws SQLException
    {
        switch (kind)
        {
            case WINDOW:
                tables.setWindow(inserts[WINDOW], buffer, offset);
                return WINDOW;
            case ALERT:
                tables.setAlert(inserts[ALERT], buffer, offset);
                return ALERT;
            case LATE:
            case REJECTED:
            case DUPLICATE:
                tables.setJudged(inserts[JUDGED], kind, buffer, offset);
                return JUDGED;
            default:
                throw new SinkException("there is no table for a result of kind " + kind.text());
        }
    }

    private void commit() throws SQLException
    {
        try
        {
            update.setLong(1, epoch & EPOCH_MASK);
            update.setLong(2, next);
            update.setString(3, name);
            update.setLong(4, written.epoch() & EPOCH_MASK);
            update.setLong(5, written.sequence());
            update.setString(6, dataId);
            if (1 != update.executeUpdate())
            {
                throw new SQLException("somebody else has moved the progress of sink " + name + " from " + written);
            }
            for (int i = 0; i < inserts.length; i++)
            {
                if (rows[i] > 0)
                {
                    inserts[i].executeBatch();
                    rows[i] = 0;
                }
            }
            connection.commit();
        }
        catch (final SQLException ex)
        {
            throw judged(ex);
        }
        rowCount = 0;
        sinceNs = NO_TIME;
        written = new SinkPosition(epoch, next);
    }

    private SinkPosition readProgress() throws SQLException
    {
        try (PreparedStatement select = connection.prepareStatement(SinkTables.SELECT_PROGRESS))
        {
            select.setString(1, name);
            try (ResultSet found = select.executeQuery())
            {
                if (!found.next())
                {
                    return null;
                }
                if (!dataId.equals(found.getString(3)))
                {
                    throw new SinkException("sink " + name + " in this database has results of data directory " +
                        found.getString(3) + ", but this one is " + dataId + "; give it tables of its own, or delete " +
                        "its row of tailrace_sink and the rows of the results");
                }
                return new SinkPosition((int)found.getLong(1), found.getLong(2));
            }
        }
    }

    private void insertProgress(final SinkPosition begin) throws SQLException
    {
        try (PreparedStatement insert = connection.prepareStatement(SinkTables.INSERT_PROGRESS))
        {
            insert.setLong(1, begin.epoch() & EPOCH_MASK);
            insert.setLong(2, begin.sequence());
            insert.setString(3, name);
            insert.setString(4, dataId);
            insert.executeUpdate();
        }
        catch (final SQLException ex)
        {
            if (String.valueOf(ex.getSQLState()).startsWith(CONSTRAINT_CLASS))
            {
                // Such as a commit of ours whose answer was lost, and which has come through meanwhile.
                throw new SQLException("somebody else has begun the progress of sink " + name, ex);
            }
            throw ex;
        }
        connection.commit();
    }

    /** Gives back what another try may heal; throws what it cannot: rows that the tables refuse. */
    private static SQLException judged(final SQLException ex)
    {
        final String state = null == ex.getSQLState() ? "" : ex.getSQLState();
        if (state.startsWith(CONSTRAINT_CLASS) || state.startsWith(DATA_CLASS))
        {
            throw new SinkException("the database refuses a row: " + ex.getMessage(), ex);
        }
        if (NO_TABLE.equals(state) || state.startsWith(NO_TABLE_H2))
        {
            return new SQLException(ex.getMessage() + " (sink-schema CONFIG --apply creates the tables)", state, ex);
        }
        return ex;
    }
}
