package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Recoveries as the engine itself has logged them, {@code lifecycle.1.jsonl} and {@code lifecycle.jsonl}.
 *
 * @param durationMs of each recovery that came to its end, restore and replay.
 */
record LifecycleTimes(List<Double> durationMs)
{
    /** Reads the log of a data directory. */
    static LifecycleTimes read(final Path dataDir) throws IOException
    {
        final JsonMapper mapper = JsonMapper.builder().build();
        final List<Double> durations = new ArrayList<>();
        for (final String name : List.of("lifecycle.1.jsonl", "lifecycle.jsonl"))
        {
            final Path file = dataDir.resolve(name);
            if (!Files.exists(file))
            {
                continue;
            }
            for (final String line : Files.readAllLines(file))
            {
                // A kill may have torn a line.
                if (line.contains("\"event\":\"recovered\"") && line.endsWith("}"))
                {
                    final JsonNode node = mapper.readTree(line);
                    durations.add(node.get("durationMs").asDouble());
                }
            }
        }
        return new LifecycleTimes(durations);
    }
}
