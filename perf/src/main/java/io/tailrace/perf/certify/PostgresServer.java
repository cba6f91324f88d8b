package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.tailrace.engine.config.ConfigurationException;
import org.tukaani.xz.XZInputStream;

/**
 * A PostgreSQL server of the trial's own, from the binaries on the class path, on a free port of the loopback address.
 * It lives in a directory of its own below that of temporary files, which everybody may enter: PostgreSQL refuses to
 * run as root, and runs as user 65534 then.
 * <pre>
 *   pgsql/   binaries     data/   the database     *.log   what its programs said
 * </pre>
 * Threading: one thread at a time.
 */
final class PostgresServer
{
    private static final String BINARIES = "/postgres-linux-x86_64.txz";
    private static final String USER = "tailrace";
    private static final String NOBODY = "65534";
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);

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

    /**
     * Says whether a server can be started here.
     *
     * @throws ConfigurationException if not, saying why.
     */
    static void requireSupported()
    {
        if (!"linux".equals(System.getProperty("os.name").toLowerCase(Locale.ROOT)) ||
            !"amd64".equals(System.getProperty("os.arch")))
        {
            throw new ConfigurationException("--postgres: found " + System.getProperty("os.name") + " on " +
                System.getProperty("os.arch") + ", expected Linux on amd64; --jdbc takes a server of yours");
        }
    }

    /** Makes its directory and finds a port; nothing runs yet. */
    static PostgresServer create() throws IOException
    {
        return new PostgresServer(Files.createTempDirectory("tailrace-postgres-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))), freePort());
    }

    /** Unpacks, initialises and launches it. */
    void start() throws IOException, InterruptedException
    {
        unpack();
        initialise();
        launch();
    }

    /** The database that is there from the beginning, and its owner. */
    TrialDatabase database()
    {
        return new TrialDatabase("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, null);
    }

    /** Where everything of it is. */
    Path dir()
    {
        return dir;
    }

    /** Starts the server, also again after it was killed, and waits until it has recovered. */
    void launch() throws IOException, InterruptedException
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        String refusal = "";
        while (System.nanoTime() - deadlineNs < 0)
        {
            if (process == null || !process.isAlive())
            {
                // Also again: until its last children are gone, a server that was killed keeps the next one out.
                process = start("postgres", "-D", dir.resolve("data").toString(), "-p", Integer.toString(port),
                    "-h", "127.0.0.1", "-k", "", "-c", "shared_buffers=16MB", "-c", "fsync=off",
                    "-c", "dynamic_shared_memory_type=mmap");
            }
            try (Connection connection = connect())
            {
                if (connection.isValid(1))
                {
                    return;
                }
            }
            catch (final SQLException ex)
            {
                refusal = ex.getMessage();
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        throw new CertifyException("PostgreSQL does not answer: " + refusal + "; see " + dir);
    }

    /** Whether a sink of an engine is connected. */
    boolean hasSink()
    {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
            ResultSet found = statement.executeQuery(
                "select count(*) from pg_stat_activity where application_name like 'tailrace-%'"))
        {
            return found.next() && found.getLong(1) > 0;
        }
        catch (final SQLException ex)
        {
            // It has just recovered, and takes connections one after the other.
            return false;
        }
    }

    /** Sends SIGKILL to the server, which its children do not outlive. */
    void kill() throws InterruptedException
    {
        process.destroyForcibly();
        awaitEnd(process);
    }

    /** Stops the server and leaves its directory. */
    void stop() throws IOException, InterruptedException
    {
        if (process != null && process.isAlive())
        {
            // Fast shutdown, which also gives back its shared memory.
            awaitEnd(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start());
            awaitEnd(process);
        }
    }

    /** Stops the server and removes everything. */
    void delete() throws IOException, InterruptedException
    {
        stop();
        // By hand, since it has links whose targets are gone before them.
        try (Stream<Path> paths = Files.walk(dir))
        {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList())
            {
                Files.delete(path);
            }
        }
    }

    private Connection connect() throws SQLException
    {
        return database().connect();
    }

    private void unpack() throws IOException, InterruptedException
    {
        final Path binaries = Files.createDirectory(dir.resolve("pgsql"));
        final Process tar = new ProcessBuilder("tar", "-x", "-C", binaries.toString())
            .redirectError(dir.resolve("tar.log").toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try (InputStream packed = PostgresServer.class.getResourceAsStream(BINARIES);
            InputStream in = new XZInputStream(packed);
            OutputStream out = tar.getOutputStream())
        {
            in.transferTo(out);
        }
        requireSuccess(tar, "tar");
    }

    private void initialise() throws IOException, InterruptedException
    {
        final Path data = Files.createDirectory(
            dir.resolve("data"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (isRoot)
        {
            Files.setAttribute(data, "unix:uid", Integer.parseInt(NOBODY));
        }
        requireSuccess(start("initdb", "-D", data.toString(), "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8",
            "--locale=C"), "initdb");
    }

    private Process start(final String program, final String... arguments) throws IOException
    {
        final List<String> command = new ArrayList<>(isRoot ? asNobody() : List.of());
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
        if (isProgram("runuser"))
        {
            return List.of("runuser", "-u", "nobody", "--");
        }
        throw new CertifyException("neither setpriv nor runuser is there, and PostgreSQL does not run as root");
    }

    private static boolean isProgram(final String name)
    {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, name)));
    }

    private static int freePort() throws IOException
    {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()))
        {
            return socket.getLocalPort();
        }
    }

    private void requireSuccess(final Process program, final String name) throws IOException, InterruptedException
    {
        awaitEnd(program);
        if (program.exitValue() != 0)
        {
            throw new CertifyException(name + ": " + Files.readString(dir.resolve(name + ".log")));
        }
    }

    private static void awaitEnd(final Process process) throws InterruptedException
    {
        if (!process.waitFor(TIMEOUT_NS, TimeUnit.NANOSECONDS))
        {
            process.destroyForcibly().waitFor();
        }
    }
}
