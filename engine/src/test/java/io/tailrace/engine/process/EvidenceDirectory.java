package io.tailrace.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

import org.agrona.IoUtil;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * A fresh directory below {@code target} for each test. If the test fails, its files are kept below {@code
 * target/evidence}, segment files of recordings left out; else it is deleted.
 */
public final class EvidenceDirectory implements BeforeEachCallback, TestWatcher
{
    private static final Path WORK = Path.of("target", "process");
    private static final Path EVIDENCE = Path.of("target", "evidence");
    private static final long MAX_LENGTH = 4 << 20;

    private Path dir;

    /** @return the directory of the running test. */
    public Path dir()
    {
        return dir;
    }

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException
    {
        dir = WORK.resolve(nameOf(context)).toAbsolutePath();
        IoUtil.delete(dir.toFile(), true);
        Files.createDirectories(dir);
    }

    @Override
    public void testSuccessful(final ExtensionContext context)
    {
        IoUtil.delete(dir.toFile(), true);
    }

    @Override
    public void testFailed(final ExtensionContext context, final Throwable cause)
    {
        final Path kept = EVIDENCE.resolve(nameOf(context)).toAbsolutePath();
        IoUtil.delete(kept.toFile(), true);
        try
        {
            Files.walkFileTree(dir, new SimpleFileVisitor<>()
            {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                    throws IOException
                {
                    if (attributes.size() <= MAX_LENGTH)
                    {
                        final Path copy = kept.resolve(dir.relativize(file));
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static String nameOf(final ExtensionContext context)
    {
        return context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName();
    }
}
