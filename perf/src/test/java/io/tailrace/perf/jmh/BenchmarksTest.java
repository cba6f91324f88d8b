package io.tailrace.perf.jmh;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** That every benchmark is generated, and runs; how fast is not looked at. */
class BenchmarksTest
{
    private static final String PACKAGE = "io.tailrace.perf.jmh";
    private static final TimeValue ITERATION = TimeValue.milliseconds(10);

    /** Nothing is measured here that another run on this machine could disturb. */
    @BeforeAll
    static void ignoreTheLockOfOtherRuns()
    {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void shouldListTheBenchmarksOfAllClasses()
    {
        final Set<String> written = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PACKAGE).stream()
            .filter(type -> type.getPackageName().equals(PACKAGE))
            .flatMap(type -> type.getMethods().stream())
            .filter(method -> method.isAnnotatedWith(Benchmark.class))
            .map(method -> method.getOwner().getName() + '.' + method.getName())
            .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(written, listed());
        assertFalse(written.isEmpty());
    }

    @Test
    void shouldNameEachClassWithBenchmarksAfterThem()
    {
        final Set<String> classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PACKAGE).stream()
            .filter(type -> type.getPackageName().equals(PACKAGE) && type.getSimpleName().endsWith("Benchmark"))
            .map(JavaClass::getName)
            .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(classes, listed().stream()
            .map(name -> name.substring(0, name.lastIndexOf('.')))
            .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void shouldRunEveryBenchmark() throws RunnerException
    {
        final Options options = new OptionsBuilder()
            .include("^" + PACKAGE.replace(".", "\\.") + "\\.")
            .forks(0)
            .warmupIterations(1)
            .warmupTime(ITERATION)
            .measurementIterations(1)
            .measurementTime(ITERATION)
            .param("keys", "100")
            .param("devices", "100")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
        final Collection<RunResult> results = new Runner(options).run();
        final Set<String> ran = new TreeSet<>();
        for (final RunResult result : results)
        {
            final String name = result.getParams().getBenchmark();
            assertTrue(result.getPrimaryResult().getScore() > 0, name);
            assertEquals("ns/op", result.getPrimaryResult().getScoreUnit(), name);
            ran.add(name);
        }
        assertEquals(listed(), ran);
    }

    private static Set<String> listed()
    {
        return BenchmarkList.defaultList().getAll(
            OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()).stream()
            .map(BenchmarkListEntry::getUsername)
            .collect(Collectors.toCollection(TreeSet::new));
    }
}
