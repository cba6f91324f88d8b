package io.tailrace.engine.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.recording.AtomicFile;
import io.tailrace.engine.config.FileSinkConfig;
import io.tailrace.engine.config.SinkFormat;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultFormat;
import io.tailrace.engine.tail.ResultKind;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * Writes results as lines into files that are finished by size and by age; see {@link SinkFile} for their names.
 * <p>
 * The files are the only memory of what has been written. There is always one {@code .part} file while the sink runs;
 * it is forced, renamed and the directory forced when it is finished. So that what was passed over is not read again,
 * one without lines is renamed forward now and then, and one with lines is finished when nothing else has come for
 * long. A new writer cuts a torn line and goes on behind the last whole one.
 * <p>
 * Threading: one thread. Memory: the text of what was read at once.
 */
final class FileSink implements SinkWriter
{
    /** How long an empty file may lag behind what was passed over. */
    static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int DRAIN_RESULTS = 256;
    private static final long NO_TIME = Long.MIN_VALUE;

    private final String name;
    private final String dataId;
    private final FileSinkConfig config;
    private final ResultCells cells;
    private final ResultFormat format;
    private final String header;

    private SinkOwner owner;
    private FileChannel channel;
    private SinkFile file;
    private long length;
    private long lines;
    private long beginNs = NO_TIME;
    /** What comes next after the last line. */
    private long lineEnd;
    /** Since when nothing but what is passed over has come behind it. */
    private long passedNs = NO_TIME;
    private int undrained;
    private int epoch;
    private long next;
    private SinkPosition written;

    /**
     * @param name   of the sink.
     * @param dataId of the data directory whose results these are.
     * @param config where and how.
     * @param cells  names for printing.
     * @throws IOException never: the header is text in memory.
     */
    FileSink(final String name, final String dataId, final FileSinkConfig config, final ResultCells cells)
        throws IOException
    {
        this.name = name;
        this.dataId = dataId;
        this.config = config;
        this.cells = cells;
        format = config.format() == SinkFormat.CSV ? ResultFormat.csv() : ResultFormat.json();
        format.begin();
        header = format.take();
    }

    @Override
    public SinkPosition open(final SinkPosition oldest) throws IOException
    {
        Files.createDirectories(config.dir());
        owner = SinkOwner.take(config.dir(), name, dataId);
        final List<SinkFile> files = SinkFile.list(config.dir(), name);
        final List<SinkFile> open = files.stream().filter(SinkFile::isOpen).toList();
        final List<SinkFile> finished = files.stream().filter(found -> !found.isOpen()).toList();
        SinkPosition from = oldest;
        if (!finished.isEmpty())
        {
            final SinkFile newest = finished.get(finished.size() - 1);
            from = new SinkPosition(newest.epoch(), newest.last() + 1);
        }
        if (open.isEmpty())
        {
            create(from);
            return from;
        }

        final SinkFile part = open.get(0);
        final SinkPosition begin = new SinkPosition(part.epoch(), part.first());
        if (open.size() > 1 || !finished.isEmpty() && begin.compareTo(from) < 0)
        {
            final SinkFile other = open.size() > 1 ? open.get(1) : finished.get(finished.size() - 1);
            throw new SinkException(config.dir() + ": " + part + " and " + other +
                " overlap, which this sink never leaves behind; move one of them away");
        }
        return goOn(part);
    }

    @Override
    public void add(
        final ResultKind kind, final int epoch, final long sequence, final DirectBuffer buffer, final int offset)
        throws IOException
    {
        follow(epoch);
        cells.read(kind, buffer, offset);
        format.add(cells);
        next = sequence + 1;
        lineEnd = next;
        passedNs = NO_TIME;
        lines++;
        if (++undrained >= DRAIN_RESULTS)
        {
            drain();
            finishIfLong();
        }
    }

    @Override
    public void pass(final int epoch, final long sequence) throws IOException
    {
        follow(epoch);
        next = sequence + 1;
    }

    @Override
    public void flush(final long nowNs) throws IOException
    {
        drain();
        finishIfLong();
        if (0 == lines)
        {
            moveForward(nowNs);
        }
        else if (beginNs == NO_TIME)
        {
            beginNs = nowNs;
        }
        else if (config.rotateAgeNs() != Long.MAX_VALUE && nowNs - beginNs >= config.rotateAgeNs())
        {
            finishFile();
        }
        else
        {
            finishIfPassed(nowNs);
        }
        if (written.epoch() != epoch || written.sequence() != next)
        {
            written = new SinkPosition(epoch, next);
        }
    }

    @Override
    public void finish() throws IOException
    {
        drain();
        if (lines > 0)
        {
            finishFile();
        }
        else
        {
            renameForward();
        }
        written = new SinkPosition(epoch, next);
    }

    @Override
    public SinkPosition written()
    {
        return written;
    }

    @Override
    public void abort()
    {
        // What hangs in a file system hangs in the kernel.
    }

    @Override
    public void close()
    {
        CloseHelper.quietCloseAll(channel, owner);
    }

    private SinkPosition goOn(final SinkFile part) throws IOException
    {
        final Path path = part.in(config.dir());
        final SinkLines content = SinkLines.read(path, part.format(), header);
        epoch = part.epoch();
        next = Math.max(part.first(), content.lastSequence() + 1);
        written = new SinkPosition(epoch, next);
        if (content.count() > 0 && content.lastSequence() < part.first())
        {
            throw new SinkException(path + " has result " + content.lastSequence() +
                ", which its name says is in an earlier file");
        }

        file = part;
        lines = content.count();
        lineEnd = next;
        length = content.length();
        channel = FileChannel.open(path, WRITE);
        channel.truncate(length);
        channel.position(length);
        if (lines == 0)
        {
            channel.truncate(0);
            length = 0;
            rename(new SinkFile(name, epoch, part.first(), SinkFile.OPEN, config.format()));
            writeHeader();
        }
        else if (part.format() != config.format() || !content.hasHeader())
        {
            // Written under another configuration or by another version: whole, but not to be mixed.
            finishFile();
        }
        return written;
    }

    /** Finishes the file of the epoch before, if a new one begins. */
    private void follow(final int newEpoch) throws IOException
    {
        if (newEpoch == epoch)
        {
            return;
        }
        drain();
        if (lines > 0)
        {
            finishFile(new SinkPosition(newEpoch, 0));
        }
        else
        {
            epoch = newEpoch;
            next = 0;
            renameForward();
        }
    }

    private void drain() throws IOException
    {
        if (0 == undrained)
        {
            return;
        }
        undrained = 0;
        write(format.take());
    }

    private void write(final String text) throws IOException
    {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        length += bytes.remaining();
        while (bytes.hasRemaining())
        {
            channel.write(bytes);
        }
    }

    private void finishIfLong() throws IOException
    {
        if (lines > 0 && length >= config.rotateSize())
        {
            finishFile();
        }
    }

    /** Only the name of a finished file records what was passed over behind its last line. */
    private void finishIfPassed(final long nowNs) throws IOException
    {
        if (next == lineEnd)
        {
            return;
        }
        if (passedNs == NO_TIME)
        {
            passedNs = nowNs;
        }
        else if (nowNs - passedNs >= PROGRESS_NS)
        {
            finishFile();
        }
    }

    private void finishFile() throws IOException
    {
        finishFile(new SinkPosition(epoch, next));
    }

    private void finishFile(final SinkPosition begin) throws IOException
    {
        channel.force(true);
        channel.close();
        rename(file.finished(next - 1));
        create(begin);
    }

    private void create(final SinkPosition begin) throws IOException
    {
        epoch = begin.epoch();
        next = begin.sequence();
        written = begin;
        file = new SinkFile(name, epoch, next, SinkFile.OPEN, config.format());
        channel = FileChannel.open(file.in(config.dir()), CREATE, WRITE);
        channel.truncate(0);
        length = 0;
        lines = 0;
        beginNs = NO_TIME;
        passedNs = NO_TIME;
        writeHeader();
        AtomicFile.forceDirectory(config.dir());
    }

    private void writeHeader() throws IOException
    {
        write(header);
    }

    private void moveForward(final long nowNs) throws IOException
    {
        if (beginNs == NO_TIME || file.first() == next)
        {
            beginNs = nowNs;
        }
        else if (nowNs - beginNs >= PROGRESS_NS)
        {
            beginNs = nowNs;
            renameForward();
        }
    }

    private void renameForward() throws IOException
    {
        if (file.epoch() != epoch || file.first() != next)
        {
            rename(new SinkFile(name, epoch, next, SinkFile.OPEN, config.format()));
        }
    }

    private void rename(final SinkFile target) throws IOException
    {
        if (!target.equals(file))
        {
            if (Files.exists(target.in(config.dir())))
            {
                throw new SinkException(target.in(config.dir()) + " is there already: somebody else writes here too");
            }
            Files.move(file.in(config.dir()), target.in(config.dir()), ATOMIC_MOVE);
            AtomicFile.forceDirectory(config.dir());
            file = target;
        }
    }
}
