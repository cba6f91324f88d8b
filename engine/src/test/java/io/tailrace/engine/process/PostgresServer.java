package io.tailrace.engine.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.tukaani.xz.XZInputStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A PostgreSQL server of its own, from the binaries on the class path, on a free port of the loopback address and in a
 * new directory below that of temporary files. The server refuses to run as root: then it runs as user 65534.
 * Everything is removed when it is closed.
 */
final class PostgresServer implements AutoCloseable
{
    private static final String BINARIES = "/postgres-linux-x86_64.txz";
    private static final String NOBODY = "65534";
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Path dir;
    private final boolean isRoot;
    private final int port;
    private Process process;

    private PostgresServer(final Path dir, final int port) throws IOException
    {
        this.dir = dir;
        this.port = port;
        isRoot = "root".equals(Files.getOwner(dir).getName());
    }

    /** Skips the test, visibly, where these binaries do not run. */
    static void assume()
    {
        assumeTrue("linux".equals(System.getProperty("os.name").toLowerCase(Locale.ROOT)) &&
            "amd64".equals(System.getProperty("os.arch")), "the packaged PostgreSQL is for Linux on amd64");
    }

    /** Unpacks, initialises and starts a server. */
    static PostgresServer start() throws IOException
    {
        final Path dir = Files.createTempDirectory("tailrace-postgres",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        final PostgresServer server = new PostgresServer(dir, freePort());
        try
        {
            server.unpack();
            final Path data = Files.createDirectory(dir.resolve("data"));
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
            if (server.isRoot)
            {
                Files.setAttribute(data, "unix:uid", Integer.parseInt(NOBODY));
            }
            server.run("initdb", "-D", data.toString(), "-U", "tailrace", "-A", "trust", "--no-sync", "-E", "UTF8",
                "--locale=C");
            server.launch();
            return server;
        }
        catch (final IOException | RuntimeException | Error ex)
        {
            server.close();
            throw ex;
        }
    }

    String url()
    {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    Connection connect() throws SQLException
    {
        return DriverManager.getConnection(url(), "tailrace", "");
    }

    /** Starts the server again after it was killed, and waits until it has recovered. */
    void launch() throws IOException
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        String refusal = "";
        while (System.nanoTime() - deadlineNs < 0)
        {
            if (null == process || !process.isAlive())
            {
                // Also again: until its last children are gone, a server that was killed keeps the next one out.
                process = start("postgres", "-D", dir.resolve("data").toString(), "-p", Integer.toString(port),
                    "-h", "127.0.0.1", "-k", "", "-c", "shared_buffers=16MB", "-c", "fsync=off",
                    "-c", "dynamic_shared_memory_type=mmap");
            }
            try (Connection connection = connect())
            {
                assertTrue(connection.isValid(1));
                return;
            }
            catch (final SQLException ex)
            {
                refusal = ex.getMessage();
            }
            LockSupport.parkNanos(LOOK_INTERVAL_NS);
        }
        throw new AssertionError("the server does not answer: " + refusal + "\n" + log("postgres"));
    }

    /** Sends SIGKILL to the server, which its children do not outlive. */
    void kill()
    {
        process.destroyForcibly();
        awaitEnd(process);
    }

    @Override
    public void close() throws IOException
    {
        if (null != process && process.isAlive())
        {
            // Fast shutdown, which also gives back its shared memory.
            final Process signal = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
            awaitEnd(signal);
            awaitEnd(process);
        }
        // By hand, since it has links whose targets are gone before them.
        try (Stream<Path> paths = Files.walk(dir))
        {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList())
            {
                Files.delete(path);
            }
        }
    }

    private void unpack() throws IOException
    {
        final Path binaries = Files.createDirectory(dir.resolve("pgsql"));
        final Process tar = new ProcessBuilder("tar", "-x", "-C", binaries.toString())
            .redirectError(dir.resolve("tar.log").toFile()).redirectOutput(dir.resolve("tar.out").toFile()).start();
        try (InputStream packed = PostgresServer.class.getResourceAsStream(BINARIES);
            InputStream in = new XZInputStream(packed);
            OutputStream out = tar.getOutputStream())
        {
            in.transferTo(out);
        }
        awaitEnd(tar);
        assertEquals(0, tar.exitValue(), () -> log("tar"));
    }

    private void run(final String program, final String... arguments) throws IOException
    {
        final Process started = start(program, arguments);
        awaitEnd(started);
        assertEquals(0, started.exitValue(), () -> log(program));
    }

    private Process start(final String program, final String... arguments) throws IOException
    {
        final List<String> command = new ArrayList<>();
        if (isRoot)
        {
            command.addAll(asNobody());
        }
        command.add(dir.resolve("pgsql").resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve(program + ".log").toFile()))
            .start();
    }

    /** Both replace themselves by the program, so that its process is the one that is started. */
    private static List<String> asNobody()
    {
        if (isProgram("setpriv"))
        {
            return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        }
        assumeTrue(isProgram("runuser"), "neither setpriv nor runuser, and PostgreSQL does not run as root");
        return List.of("runuser", "-u", "nobody", "--");
    }

    private static boolean isProgram(final String name)
    {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, name)));
    }

    private static int freePort() throws IOException
    {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")))
        {
            return socket.getLocalPort();
        }
    }

    private String log(final String program)
    {
        try
        {
            return Files.readString(dir.resolve(program + ".log"));
        }
        catch (final IOException ex)
        {
            return ex.toString();
        }
    }

    private static void awaitEnd(final Process process)
    {
        try
        {
            if (!process.waitFor(TIMEOUT_NS, TimeUnit.NANOSECONDS))
            {
                process.destroyForcibly();
            }
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }
}
