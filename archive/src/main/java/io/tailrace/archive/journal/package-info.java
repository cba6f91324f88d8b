/**
 * Append bytes and get a position; follow bytes from a position while they are appended.
 * <p>
 * Used alike for the journal and for the results logs. Knows no event fields.
 */
package io.tailrace.archive.journal;
