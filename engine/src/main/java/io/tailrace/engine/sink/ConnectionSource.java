package io.tailrace.engine.sink;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to one database. */
@FunctionalInterface
interface ConnectionSource
{
    /** @return a new connection, to be closed by the caller. */
    Connection open() throws SQLException;
}
