package io.tailrace.engine.cli;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultFormat;
import io.tailrace.engine.tail.ResultKind;
import io.tailrace.engine.tail.ResultLogTail;
import io.tailrace.engine.tail.TailOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import static io.tailrace.engine.cli.ArgumentException.require;

/**
 * {@code tail CONFIG}: prints results from the results log.
 */
@Command(name = "tail",
    description = "Prints results from the results log, from any sequence; follows a running engine.")
final class TailCommand implements Callable<Integer>
{
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CONFIG", description = "Configuration of the engine.")
    private Path config;

    @Option(names = "--from", paramLabel = "SEQ",
        description = "First sequence; default the first one that is kept.")
    private Long from;

    @Option(names = "--epoch", paramLabel = "E", description = "Results epoch; default the newest.")
    private Integer epoch;

    @Option(names = "--format", paramLabel = "csv|json", defaultValue = "csv",
        description = "csv, with a header, or json, one object a line; default ${DEFAULT-VALUE}.")
    private String format;

    @Option(names = "--follow", negatable = true, defaultValue = "true", fallbackValue = "true",
        description = "Waits for more while the engine runs (default), or ends with what is there.")
    private boolean follow;

    @Option(names = "--limit", paramLabel = "N", description = "Ends after N results.")
    private Long limit;

    @Option(names = "--kind", paramLabel = "KIND", split = ",",
        description = "Only these kinds, with commas: window, late (late_by_ms: behind the watermark), rejected " +
            "(with its reason), duplicate, alert, statistic; default all.")
    private List<String> kinds;

    @Override
    public Integer call() throws Exception
    {
        final TailOptions options = options();
        final ResultFormat resultFormat = format();
        final ConfigFile file = ConfigFile.read(config);
        final EngineConfig engine = file.config();
        if (engine.mode() == DeliveryMode.IN_MEMORY)
        {
            throw file.error(
                "mode", "a mode that keeps a results log; in-memory has subscriptions of its process only");
        }
        final ResultLogTail tail = new ResultLogTail(
            engine.dataDir(),
            options,
            new ResultCells(engine),
            resultFormat,
            error -> ErrorLine.warn(spec.commandLine().getErr(), String.valueOf(error.getMessage())));
        try (Interruption interruption = new Interruption())
        {
            tail.print(spec.commandLine().getOut(), interruption::isRequested);
        }
        return ExitCodes.DONE;
    }

    private TailOptions options()
    {
        require(null == from || from >= 0, "--from: found " + from + ", expected 0 or more");
        require(null == epoch || epoch >= 0, "--epoch: found " + epoch + ", expected 0 or more");
        require(null == limit || limit >= 0, "--limit: found " + limit + ", expected 0 or more");
        return new TailOptions(
            null == epoch ? TailOptions.NEWEST_EPOCH : epoch,
            null == from ? TailOptions.FIRST_KEPT : from,
            kinds(),
            null == limit ? TailOptions.NO_LIMIT : limit,
            follow);
    }

    private Set<ResultKind> kinds()
    {
        if (null == kinds)
        {
            return EnumSet.allOf(ResultKind.class);
        }
        final Set<ResultKind> selected = EnumSet.noneOf(ResultKind.class);
        for (final String text : kinds)
        {
            final ResultKind kind = ResultKind.ofText(text);
            require(null != kind, "--kind: found " + text +
                ", expected some of window,late,rejected,duplicate,alert,statistic");
            selected.add(kind);
        }
        return selected;
    }

    private ResultFormat format()
    {
        require("csv".equals(format) || "json".equals(format), "--format: found " + format + ", expected csv or json");
        return "csv".equals(format) ? ResultFormat.csv() : ResultFormat.json();
    }
}
