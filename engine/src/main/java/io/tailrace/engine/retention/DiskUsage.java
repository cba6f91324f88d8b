package io.tailrace.engine.retention;

/**
 * Measures what a data directory uses and what its file system still gives.
 */
interface DiskUsage
{
    /** @return bytes of all files but the segments of the recordings that are retained. */
    long otherFiles();

    /** @return bytes that the file system still gives. */
    long free();
}
