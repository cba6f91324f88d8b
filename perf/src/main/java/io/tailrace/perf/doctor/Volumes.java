package io.tailrace.perf.doctor;

import java.nio.file.Path;

/** File systems by a path on them. */
@FunctionalInterface
interface Volumes
{
    /**
     * A file system.
     *
     * @param type       as the kernel calls it; empty if it is not there.
     * @param totalBytes of it.
     * @param freeBytes  for this user.
     */
    record Volume(String type, long totalBytes, long freeBytes)
    {
        /** What stands for one that is not there. */
        static final Volume NONE = new Volume("", 0, 0);

        boolean isThere()
        {
            return !type.isEmpty();
        }
    }

    /** @return the file system that a path is on; {@link Volume#NONE} if there is no such path. */
    Volume of(Path path);
}
