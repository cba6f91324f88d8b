/**
 * Recordings as files: descriptor, frame format, sequential reader, index and tail check.
 * <p>
 * Nothing here needs a running archive, and nothing but the tail check writes to a segment file.
 */
package io.tailrace.archive.recording;
