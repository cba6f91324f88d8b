package io.tailrace.perf.doctor;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.config.SourceConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code doctor}: whether this machine is fit for low latency. Reads, and changes nothing. */
@Command(
    name = "doctor",
    description = "Says what about this machine makes latency worse, and how to change it. Exit codes: 0 nothing " +
        "is bad, 1 something is, 2 bad arguments.",
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer>
{
    private static final long SYNC_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final HostFiles files;
    private final Volumes volumes;
    private final DiskChecks.Probe probe;

    @Spec
    private CommandSpec spec;

    @Option(
        names = "--config",
        description = "Configuration of an engine: its layout, receive buffers and data directory are checked.")
    private Path configFile;

    @Option(names = "--layout", description = "That is to run: ${COMPLETION-CANDIDATES} (default: compact).")
    private Layout layout;

    @Option(names = "--dir", description = "Disk that is checked (default: java.io.tmpdir).")
    private Path dir;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean isJson;

    /** For the command line: this machine. */
    public DoctorCommand()
    {
        this(new HostFiles(Path.of("/")), DoctorCommand::volume, new SyncProbe(System::nanoTime, SYNC_NS));
    }

    DoctorCommand(final HostFiles files, final Volumes volumes, final DiskChecks.Probe probe)
    {
        this.files = files;
        this.volumes = volumes;
        this.probe = probe;
    }

    @Override
    public Integer call()
    {
        final EngineConfig config = config();
        if (null == layout)
        {
            layout = null == config ? Layout.COMPACT : config.layout();
        }
        if (null == dir)
        {
            dir = null == config ? Path.of(System.getProperty("java.io.tmpdir")) : existing(config.dataDir());
        }
        final List<Finding> findings = new ArrayList<>();
        findings.addAll(new CpuChecks(files, layout).run());
        findings.addAll(new MemoryChecks(files, volumes).run());
        findings.addAll(new LimitChecks(files, bufferLength(config)).run());
        findings.addAll(new DiskChecks(dir, volumes, probe).run());
        final PrintWriter text = spec.commandLine().getOut();
        if (isJson)
        {
            text.println(JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                .writeValueAsString(Map.of("checks", findings.stream().map(Finding::toMap).toList())));
        }
        else
        {
            findings.forEach(finding -> text.println(finding.line()));
        }
        text.flush();
        return findings.stream().anyMatch(finding -> finding.status() == Finding.Status.BAD) ? 1 : 0;
    }

    private EngineConfig config()
    {
        try
        {
            return null == configFile ? null : ConfigFile.read(configFile).config();
        }
        catch (final ConfigurationException ex)
        {
            throw new ParameterException(spec.commandLine(), "--config: " + ex.getMessage(), ex);
        }
    }

    /** The greatest that a source asks for; what a source asks for by default if there is no configuration. */
    private static long bufferLength(final EngineConfig config)
    {
        final long byDefault = SourceConfig.embedded("default").build().receiveBufferLength();
        return null == config ? byDefault :
            config.sources().stream().mapToLong(SourceConfig::receiveBufferLength).max().orElse(byDefault);
    }

    /** A data directory may not have been made yet: the nearest one above that has been. */
    private static Path existing(final Path dataDir)
    {
        Path path = dataDir.toAbsolutePath();
        while (!Files.exists(path) && null != path.getParent())
        {
            path = path.getParent();
        }
        return path;
    }

    private static Volumes.Volume volume(final Path path)
    {
        try
        {
            final FileStore store = Files.getFileStore(path);
            return new Volumes.Volume(store.type(), store.getTotalSpace(), store.getUsableSpace());
        }
        catch (final IOException ignore)
        {
            return Volumes.Volume.NONE;
        }
    }
}
