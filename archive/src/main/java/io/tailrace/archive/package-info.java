/**
 * Durability: owns the data directory, runs the embedded media driver and Aeron Archive in it.
 * <p>
 * Knows no event fields. The sub-packages stand in one line, and an arrow reads "is used by":
 * <pre>
 *   recording  --&gt;  archive  --&gt;  journal
 *   files, no       driver and     append and
 *   Aeron running   archive        follow
 * </pre>
 * {@code archive/docs/recordings.md} is the source of truth for every file.
 */
package io.tailrace.archive;
