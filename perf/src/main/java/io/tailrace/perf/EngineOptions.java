package io.tailrace.perf;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.workload.ReferenceWorkload;
import picocli.CommandLine.Option;

/** Options of all commands that run engines. */
final class EngineOptions
{
    @Option(
        names = "--layout",
        defaultValue = "compact",
        description = "Of the engine's threads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Layout layout;

    @Option(
        names = "--dir",
        defaultValue = "${sys:java.io.tmpdir}",
        description = "Where data directories are made and deleted (default: ${DEFAULT-VALUE}).")
    private Path dir;

    Layout layout()
    {
        return layout;
    }

    Path dir()
    {
        return dir;
    }

    /** @return the reference job, for a manifest. */
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = new LinkedHashMap<>();
        workload.put("job", "J1");
        workload.put("devices", ReferenceWorkload.DEVICES);
        workload.put("disorder-ns", ReferenceWorkload.DISORDER_NS);
        workload.put("events-per-second-of-event-time", ReferenceJob.EVENT_RATE);
        workload.put("window-ns", ReferenceJob.WINDOW_NS);
        workload.put("dedup", "sequence, " + ReferenceJob.WINDOW_IDS + " ids");
        workload.put("claim", ReferenceJob.CLAIM);
        workload.put("layout", layout.name());
        workload.put("checksums", true);
        workload.put("purge", "none");
        workload.put("left-out", ReferenceJob.LEFT_OUT);
        return workload;
    }
}
