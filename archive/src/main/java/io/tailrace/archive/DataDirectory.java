package io.tailrace.archive;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.archive.recording.AtomicFile;
import org.agrona.CloseHelper;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * Exclusive owner of a data directory, by a file lock that the operating system releases when the process dies.
 * <pre>
 *   id                which directory this is: random, made once
 *   lock              locked while owned; holds the owner's process id
 *   aeron.dir         the owner's Aeron directory, for tools; stays when the owner is gone
 *   NAME.recording    descriptor of a recording
 *   archive/          Aeron Archive: catalogue, mark file, segment files
 *   checkpoints/      checkpoint files
 * </pre>
 * Threading: any.
 */
public final class DataDirectory implements AutoCloseable
{
    private static final String ID_FILE = "id";
    private static final String LOCK_FILE = "lock";
    private static final String AERON_DIR_FILE = "aeron.dir";
    private static final String ARCHIVE_DIR = "archive";
    private static final int LOCK_ATTEMPTS = 20;
    private static final long LOCK_PARK_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /**
     * Directories owned by this JVM. A POSIX lock belongs to the process and is lost when the process closes
     * <em>any</em> descriptor of the file, so a directory of our own must not even be probed.
     */
    private static final Set<Path> OWNED = new HashSet<>();

    private final Path dir;
    private final String id;
    private final String aeronDirectoryName;
    private final FileChannel channel;
    private boolean isClosed;

    private DataDirectory(
        final Path dir, final String id, final String aeronDirectoryName, final FileChannel channel)
    {
        this.dir = dir;
        this.id = id;
        this.aeronDirectoryName = aeronDirectoryName;
        this.channel = channel;
    }

    /**
     * Creates the directory if it does not exist, and takes its lock.
     *
     * @param dir data directory.
     * @return the owner.
     * @throws DataDirectoryLockedException if it has an owner, in this or in another process.
     * @throws UncheckedIOException         if it cannot be created or written.
     */
    public static DataDirectory acquire(final Path dir)
    {
        synchronized (OWNED)
        {
            FileChannel channel = null;
            try
            {
                final Path realDir = Files.createDirectories(dir).toRealPath();
                if (OWNED.contains(realDir))
                {
                    throw new DataDirectoryLockedException(realDir, ProcessHandle.current().pid());
                }

                channel = FileChannel.open(realDir.resolve(LOCK_FILE), CREATE, READ, WRITE);
                if (!isLockTaken(channel))
                {
                    throw new DataDirectoryLockedException(realDir, readPid(channel));
                }

                channel.truncate(0);
                channel.write(ByteBuffer.wrap(
                    (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);

                final String aeronDirectoryName = aeronDirectoryNameOf(realDir);
                AtomicFile.write(
                    realDir.resolve(AERON_DIR_FILE), (aeronDirectoryName + "\n").getBytes(StandardCharsets.UTF_8));
                Files.createDirectories(realDir.resolve(ARCHIVE_DIR));

                final DataDirectory directory = new DataDirectory(
                    realDir, idOf(realDir), aeronDirectoryName, channel);
                OWNED.add(realDir);
                channel = null;
                return directory;
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException("cannot own data directory " + dir, ex);
            }
            finally
            {
                CloseHelper.quietClose(channel);
            }
        }
    }

    /**
     * Has the directory an owner, in this or in another process?
     *
     * @param dir data directory; need not exist.
     * @return true if an engine is running on it.
     * @throws UncheckedIOException if the lock file is there but cannot be opened.
     */
    public static boolean isLocked(final Path dir)
    {
        synchronized (OWNED)
        {
            final Path lockFile = dir.resolve(LOCK_FILE);
            if (!Files.exists(lockFile))
            {
                return false;
            }

            try
            {
                if (OWNED.contains(dir.toRealPath()))
                {
                    return true;
                }

                try (FileChannel channel = FileChannel.open(lockFile, READ, WRITE))
                {
                    return null == tryLock(channel, true);
                }
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException("cannot probe " + lockFile, ex);
            }
        }
    }

    /**
     * Is this process the owner of the directory?
     *
     * @param dir data directory; need not exist.
     * @return true if it has been acquired in this process and not closed since.
     * @throws UncheckedIOException if the directory is there but cannot be resolved.
     */
    public static boolean isOwned(final Path dir)
    {
        synchronized (OWNED)
        {
            try
            {
                return Files.exists(dir) && OWNED.contains(dir.toRealPath());
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException("cannot resolve " + dir, ex);
            }
        }
    }

    /**
     * Aeron directory of the engine that owns a data directory, or owned it last.
     *
     * @param dir data directory.
     * @return name of the Aeron directory, which exists only while the engine runs.
     * @throws UncheckedIOException if the data directory never had an owner, or cannot be read.
     */
    public static String recordedAeronDirectoryName(final Path dir)
    {
        final Path file = dir.resolve(AERON_DIR_FILE);
        try
        {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot read " + file, ex);
        }
    }

    /**
     * Where a data directory keeps its segment files.
     *
     * @param dir data directory.
     * @return its archive directory.
     */
    public static Path archiveDirOf(final Path dir)
    {
        return dir.resolve(ARCHIVE_DIR);
    }

    /**
     * The data directory, without symbolic links.
     *
     * @return absolute path.
     */
    public Path dir()
    {
        return dir;
    }

    /**
     * Tells this data directory from every other one, also from one that takes its place.
     *
     * @return lower-case letters, digits and dashes, at most 64 characters.
     */
    public String id()
    {
        return id;
    }

    /**
     * Where the segment files are.
     *
     * @return absolute path.
     */
    public Path archiveDir()
    {
        return archiveDirOf(dir);
    }

    /**
     * Aeron directory for the media driver of this owner: in shared memory, if there is any. Named after the data
     * directory and the user, so that a restart finds and removes what a killed process left.
     *
     * @return absolute path.
     */
    public String aeronDirectoryName()
    {
        return aeronDirectoryName;
    }

    /**
     * Releases the lock. Idempotent.
     */
    @Override
    public void close()
    {
        synchronized (OWNED)
        {
            if (!isClosed)
            {
                isClosed = true;
                OWNED.remove(dir);
                CloseHelper.close(channel);
            }
        }
    }

    /**
     * A process that probes holds a shared lock for an instant, and must not keep an engine from starting.
     */
    private static boolean isLockTaken(final FileChannel channel) throws IOException
    {
        for (int i = 0; i < LOCK_ATTEMPTS; i++)
        {
            if (null != tryLock(channel, false))
            {
                return true;
            }
            LockSupport.parkNanos(LOCK_PARK_NS);
        }

        return false;
    }

    private static FileLock tryLock(final FileChannel channel, final boolean isShared) throws IOException
    {
        try
        {
            return channel.tryLock(0, Long.MAX_VALUE, isShared);
        }
        catch (final OverlappingFileLockException ex)
        {
            // Held in this JVM by a copy of this class in another class loader.
            return null;
        }
    }

    private static String idOf(final Path realDir) throws IOException
    {
        final Path file = realDir.resolve(ID_FILE);
        if (!Files.exists(file))
        {
            AtomicFile.write(file, (UUID.randomUUID() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        final String id = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!id.matches("[a-z0-9-]{1,64}"))
        {
            throw new IOException(file + " does not hold an id, expected letters, digits and dashes");
        }
        return id;
    }

    private static long readPid(final FileChannel channel) throws IOException
    {
        final ByteBuffer buffer = ByteBuffer.allocate(32);
        channel.read(buffer, 0);
        final String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : DataDirectoryLockedException.UNKNOWN_PID;
    }

    private static String aeronDirectoryNameOf(final Path realDir) throws IOException
    {
        // The file key (device and inode) tells containers apart that share memory and use the same path.
        final Object fileKey = Files.readAttributes(realDir, BasicFileAttributes.class).fileKey();
        final byte[] digest;
        try
        {
            digest = MessageDigest.getInstance("SHA-256").digest(
                (realDir + "\n" + fileKey).getBytes(StandardCharsets.UTF_8));
        }
        catch (final NoSuchAlgorithmException ex)
        {
            throw new IllegalStateException("every Java platform has SHA-256", ex);
        }

        final boolean hasSharedMemory = Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY);
        final String base = hasSharedMemory ? SHARED_MEMORY.toString() : System.getProperty("java.io.tmpdir");
        return base + File.separator + "tailrace-" + System.getProperty("user.name") + "-" +
            HexFormat.of().formatHex(digest, 0, 8);
    }
}
