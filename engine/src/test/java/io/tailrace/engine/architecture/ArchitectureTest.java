package io.tailrace.engine.architecture;

import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * Rules that the compiler does not know: the arrows between modules and packages, and what operators may not see.
 */
@AnalyzeClasses(packages = "io.tailrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest
{
    private static final String[] OPERATORS = {
        "io.tailrace.engine.operator..",
        "io.tailrace.engine.admission..",
        "io.tailrace.engine.time..",
        "io.tailrace.engine.window..",
        "io.tailrace.engine.state.."};

    @ArchTest
    final ArchRule codecKnowsNothingAbove = noClasses()
        .that().resideInAPackage("io.tailrace.codec..")
        .should().dependOnClassesThat().resideInAnyPackage(
            "io.tailrace.archive..", "io.tailrace.engine..", "io.tailrace.perf..", "io.aeron..", "com.lmax..");

    @ArchTest
    final ArchRule archiveKnowsNothingAbove = noClasses()
        .that().resideInAPackage("io.tailrace.archive..")
        .should().dependOnClassesThat().resideInAnyPackage("io.tailrace.engine..", "io.tailrace.perf..", "com.lmax..");

    @ArchTest
    final ArchRule engineKnowsNothingAbove = noClasses()
        .that().resideInAPackage("io.tailrace.engine..")
        .should().dependOnClassesThat().resideInAPackage("io.tailrace.perf..");

    @ArchTest
    final ArchRule operatorsReadNoClock = noClasses()
        .that().resideInAnyPackage(OPERATORS)
        .should().callMethod(System.class, "nanoTime")
        .orShould().callMethod(System.class, "currentTimeMillis")
        .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock")
        .orShould().dependOnClassesThat().haveNameMatching(".*(EpochClock|NanoClock|EpochNanoClock)")
        .orShould().callMethod(java.time.Instant.class, "now")
        .orShould().callMethod(java.time.ZonedDateTime.class, "now");

    @ArchTest
    final ArchRule operatorsDrawNoRandomNumbers = noClasses()
        .that().resideInAnyPackage(OPERATORS)
        .should().dependOnClassesThat().areAssignableTo(Random.class)
        .orShould().dependOnClassesThat().areAssignableTo(SplittableRandom.class)
        .orShould().dependOnClassesThat().areAssignableTo(RandomGenerator.class)
        .orShould().callMethod(Math.class, "random");

    @ArchTest
    final ArchRule operatorsKnowNoMachinery = noClasses()
        .that().resideInAnyPackage(OPERATORS)
        .should().dependOnClassesThat().resideInAnyPackage(
            "io.aeron..", "io.tailrace.archive..", "io.tailrace.engine.ingress..", "io.tailrace.engine.stage..",
            "io.tailrace.engine.monitor..", "java.net..", "java.nio.channels..")
        .orShould().dependOnClassesThat().areAssignableTo(Thread.class);

    @ArchTest
    final ArchRule operatorsHaveNoHashOrder = noClasses()
        .that().resideInAnyPackage(OPERATORS)
        .should().dependOnClassesThat().haveFullyQualifiedName("java.util.HashMap")
        .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.HashSet");

    @ArchTest
    final ArchRule configurationKnowsNobodyWhoReadsIt = noClasses()
        .that().resideInAPackage("io.tailrace.engine.config..")
        .should().dependOnClassesThat().resideInAnyPackage("io.tailrace.engine.cli..", "io.tailrace.engine.advice..");

    @ArchTest
    final ArchRule adviceKnowsNoEngine = noClasses()
        .that().resideInAPackage("io.tailrace.engine.advice..")
        .should().dependOnClassesThat().resideInAnyPackage(OPERATORS)
        .orShould().dependOnClassesThat().resideInAnyPackage(
            "io.tailrace.archive..", "io.tailrace.engine.cli..", "io.tailrace.engine.batch..", "io.aeron..");

    @ArchTest
    final ArchRule packagesNameConcepts = noClasses()
        .should().resideInAnyPackage(
            "..util..", "..utils..", "..common..", "..core..", "..impl..", "..base..", "..helper..", "..misc..");
}
