package io.tailrace.engine.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system in memory of a few megabytes, mounted in a mount namespace of its own, so that nobody else sees it and
 * nothing is left of it when its holder ends. From outside it is reached through the holder's root.
 */
final class SmallDisk implements AutoCloseable
{
    private static final int BLOCK_LENGTH = 64 * 1024;

    private final Process holder;
    private final List<String> enter;
    private final Path inside;
    private final Path outside;

    private SmallDisk(final Process holder, final List<String> options, final Path inside)
    {
        this.holder = holder;
        this.inside = inside;
        outside = Path.of("/proc", Long.toString(holder.pid()), "root" + inside);
        enter = new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid()), "-m"));
        enter.addAll(options);
        enter.add("--");
    }

    /**
     * Mounts it, as root or in a user namespace.
     *
     * @param mountPoint an empty directory.
     * @param megabytes  size.
     * @return null if this machine permits neither.
     */
    static SmallDisk mount(final Path mountPoint, final int megabytes)
    {
        final SmallDisk asRoot = mount(mountPoint, megabytes, "-m", List.of());
        return null != asRoot ? asRoot :
            mount(mountPoint, megabytes, "-rm", List.of("-U", "--preserve-credentials"));
    }

    /** @return what goes before a command so that it runs where the disk is mounted. */
    List<String> enter()
    {
        return enter;
    }

    /** @return the mount point, for those who have entered. */
    Path inside()
    {
        return inside;
    }

    /** @return the mount point, for those who have not. */
    Path outside()
    {
        return outside;
    }

    long free()
    {
        try
        {
            final FileStore store = Files.getFileStore(outside);
            return store.getUsableSpace();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** Writes to a file until so many bytes are free; 0: until nothing more fits. */
    void fill(final String fileName, final long leave)
    {
        try (OutputStream out = Files.newOutputStream(
            outside.resolve(fileName), StandardOpenOption.CREATE, StandardOpenOption.APPEND))
        {
            int length = BLOCK_LENGTH;
            while (length > 0 && free() > leave)
            {
                length = write(out, (int)Math.min(length, Math.max(1, free() - leave)));
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    void delete(final String fileName)
    {
        try
        {
            Files.delete(outside.resolve(fileName));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** The mount goes with the last process of its namespace. */
    @Override
    public void close()
    {
        holder.destroyForcibly();
        try
        {
            holder.waitFor(10, TimeUnit.SECONDS);
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static int write(final OutputStream out, final int length)
    {
        try
        {
            out.write(new byte[length]);
            return BLOCK_LENGTH;
        }
        catch (final IOException ex)
        {
            // What is too much as one piece may fit as two.
            return length / 2;
        }
    }

    private static SmallDisk mount(
        final Path mountPoint, final int megabytes, final String unshare, final List<String> options)
    {
        try
        {
            final Process holder = new ProcessBuilder("unshare", unshare, "sh", "-c",
                "mount -t tmpfs -o size=" + megabytes + "m tailrace '" + mountPoint + "' && echo mounted && exec cat")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
            final BufferedReader answer =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
            if ("mounted".equals(answer.readLine()))
            {
                return new SmallDisk(holder, options, mountPoint);
            }
            holder.destroyForcibly();
        }
        catch (final IOException ex)
        {
            // There is no unshare here.
            return null;
        }
        return null;
    }
}
