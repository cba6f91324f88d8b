package io.tailrace.engine.sink;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultColumn;
import io.tailrace.engine.tail.ResultKind;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * The tables of a JDBC sink, and how a result becomes a row. The words are those of SQL that PostgreSQL and H2 have in
 * common; ids are unsigned 64-bit numbers, which SQL's integers do not hold.
 * <p>
 * Threading: one thread.
 */
final class SinkTables
{
    static final List<String> DEFINITIONS = List.of(
        """
        create table if not exists tailrace_sink (
          name varchar(64) not null primary key,
          data_directory varchar(64) not null,
          epoch bigint not null,
          next_sequence bigint not null
        )""",
        """
        create table if not exists tailrace_window (
          epoch bigint not null,
          sequence bigint not null,
          operator varchar(64) not null,
          device_id numeric(20),
          metric varchar(64),
          window_start_ns bigint not null,
          window_end_ns bigint not null,
          event_count bigint not null,
          value_sum double precision not null,
          value_min double precision not null,
          value_max double precision not null,
          value_first double precision not null,
          value_last double precision not null,
          value_mean double precision not null,
          value_stddev double precision not null,
          revision bigint not null,
          timing varchar(16) not null,
          cause_position bigint not null,
          primary key (epoch, sequence)
        )""",
        """
        create table if not exists tailrace_judged (
          epoch bigint not null,
          sequence bigint not null,
          kind varchar(16) not null,
          operator varchar(64),
          device_id numeric(20) not null,
          metric varchar(64) not null,
          event_id numeric(20) not null,
          event_time_ns bigint,
          reading double precision not null,
          reason varchar(64),
          watermark_ns bigint,
          cause_position bigint not null,
          primary key (epoch, sequence)
        )""",
        """
        create table if not exists tailrace_alert (
          epoch bigint not null,
          sequence bigint not null,
          operator varchar(64) not null,
          device_id numeric(20) not null,
          metric varchar(64) not null,
          event_id numeric(20) not null,
          event_time_ns bigint not null,
          reading double precision not null,
          threshold double precision not null,
          state varchar(16) not null,
          severity varchar(16) not null,
          cause_position bigint not null,
          primary key (epoch, sequence)
        )""");

    static final String SELECT_PROGRESS = "select epoch, next_sequence, data_directory " +
        "from tailrace_sink where name = ?";
    static final String INSERT_PROGRESS = "insert into tailrace_sink " +
        "(epoch, next_sequence, name, data_directory) values (?, ?, ?, ?)";
    /** Changes nothing if somebody else has moved it. */
    static final String UPDATE_PROGRESS = "update tailrace_sink set epoch = ?, next_sequence = ? " +
        "where name = ? and epoch = ? and next_sequence = ? and data_directory = ?";
    static final String INSERT_WINDOW = "insert into tailrace_window (epoch, sequence, operator, device_id, metric, " +
        "window_start_ns, window_end_ns, event_count, value_sum, value_min, value_max, value_first, value_last, " +
        "value_mean, value_stddev, revision, timing, cause_position) " +
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static final String INSERT_JUDGED = "insert into tailrace_judged (epoch, sequence, kind, operator, device_id, " +
        "metric, event_id, event_time_ns, reading, reason, watermark_ns, cause_position) " +
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static final String INSERT_ALERT = "insert into tailrace_alert (epoch, sequence, operator, device_id, metric, " +
        "event_id, event_time_ns, reading, threshold, state, severity, cause_position) " +
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final long LOW_MASK = 0xFFFF_FFFFL;

    private final ResultCells cells;
    private PreparedStatement row;
    private int column;

    /** @param cells names of operators, metrics and reasons. */
    SinkTables(final ResultCells cells)
    {
        this.cells = cells;
    }

    /** Sets the parameters of a row of {@link #INSERT_WINDOW}. */
    void setWindow(final PreparedStatement insert, final DirectBuffer buffer, final int offset) throws SQLException
    {
        begin(insert, ResultKind.WINDOW, buffer, offset);
        text(cells.text(ResultColumn.OPERATOR));
        id(cells.text(ResultColumn.DEVICE_ID));
        text(cells.text(ResultColumn.METRIC));
        bigint(buffer, offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET);
        bigint(buffer, offset + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET);
        bigint(buffer, offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET);
        number(buffer, offset + MessageLayout.WINDOW_RESULT_SUM_OFFSET);
        number(buffer, offset + MessageLayout.WINDOW_RESULT_MIN_OFFSET);
        number(buffer, offset + MessageLayout.WINDOW_RESULT_MAX_OFFSET);
        number(buffer, offset + MessageLayout.WINDOW_RESULT_FIRST_OFFSET);
        number(buffer, offset + MessageLayout.WINDOW_RESULT_LAST_OFFSET);
        // Derived where they are printed, so that rows and lines agree to the last bit.
        row.setDouble(++column, Double.parseDouble(cells.text(ResultColumn.MEAN)));
        row.setDouble(++column, Double.parseDouble(cells.text(ResultColumn.STDDEV)));
        row.setLong(++column, buffer.getInt(offset + MessageLayout.RESULT_REVISION_OFFSET, LITTLE_ENDIAN) & LOW_MASK);
        text(cells.text(ResultColumn.TIMING));
        bigint(buffer, offset + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
    }

    /** Sets the parameters of a row of {@link #INSERT_JUDGED}. */
    void setJudged(
        final PreparedStatement insert, final ResultKind kind, final DirectBuffer buffer, final int offset)
        throws SQLException
    {
        begin(insert, kind, buffer, offset);
        text(kind.text());
        text(cells.text(ResultColumn.OPERATOR));
        id(cells.text(ResultColumn.DEVICE_ID));
        text(cells.text(ResultColumn.METRIC));
        id(cells.text(ResultColumn.EVENT_ID));
        // A reading whose time has no nanoseconds has none.
        bigintOrNull(!cells.text(ResultColumn.EVENT_TIME_MS).isEmpty(),
            buffer, offset + MessageLayout.JUDGED_EVENT_TIME_NS_OFFSET);
        number(buffer, offset + MessageLayout.JUDGED_VALUE_OFFSET);
        text(cells.text(ResultColumn.REASON));
        bigintOrNull(kind == ResultKind.LATE, buffer, offset + MessageLayout.JUDGED_WATERMARK_OFFSET);
        bigint(buffer, offset + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
    }

    /** Sets the parameters of a row of {@link #INSERT_ALERT}. */
    void setAlert(final PreparedStatement insert, final DirectBuffer buffer, final int offset) throws SQLException
    {
        begin(insert, ResultKind.ALERT, buffer, offset);
        text(cells.text(ResultColumn.OPERATOR));
        id(cells.text(ResultColumn.DEVICE_ID));
        text(cells.text(ResultColumn.METRIC));
        id(cells.text(ResultColumn.EVENT_ID));
        bigint(buffer, offset + MessageLayout.ALERT_EVENT_TIME_NS_OFFSET);
        number(buffer, offset + MessageLayout.ALERT_VALUE_OFFSET);
        number(buffer, offset + MessageLayout.ALERT_THRESHOLD_OFFSET);
        text(cells.text(ResultColumn.REASON));
        text(cells.text(ResultColumn.SEVERITY));
        bigint(buffer, offset + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
    }

    private void begin(
        final PreparedStatement insert, final ResultKind kind, final DirectBuffer buffer, final int offset)
        throws SQLException
    {
        cells.read(kind, buffer, offset);
        row = insert;
        column = 0;
        row.setLong(++column, buffer.getInt(offset + MessageLayout.RESULT_EPOCH_OFFSET, LITTLE_ENDIAN) & LOW_MASK);
        bigint(buffer, offset + MessageLayout.RESULT_SEQUENCE_OFFSET);
    }

    private void text(final String text) throws SQLException
    {
        row.setString(++column, text.isEmpty() ? null : text);
    }

    private void id(final String text) throws SQLException
    {
        row.setBigDecimal(++column, text.isEmpty() ? null : new BigDecimal(new BigInteger(text)));
    }

    private void bigint(final DirectBuffer buffer, final int offset) throws SQLException
    {
        row.setLong(++column, buffer.getLong(offset, LITTLE_ENDIAN));
    }

    private void bigintOrNull(final boolean isPresent, final DirectBuffer buffer, final int offset) throws SQLException
    {
        if (isPresent)
        {
            bigint(buffer, offset);
        }
        else
        {
            row.setNull(++column, Types.BIGINT);
        }
    }

    private void number(final DirectBuffer buffer, final int offset) throws SQLException
    {
        row.setDouble(++column, buffer.getDouble(offset, LITTLE_ENDIAN));
    }
}
