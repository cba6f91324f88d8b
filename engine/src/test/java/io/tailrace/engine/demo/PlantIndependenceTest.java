package io.tailrace.engine.demo;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

/** What the demo compares with must not come from what it checks. */
@AnalyzeClasses(packages = "io.tailrace.engine.demo", importOptions = ImportOption.DoNotIncludeTests.class)
class PlantIndependenceTest
{
    private static final String TRUTH =
        "Plant|PlantTruth|TruthPane|PlantRandom|PlantSite|PlantRadio|PlantReading|PlantWindow|PlantKind|PlantMetric|" +
        "PlantFault|ResultRow|WindowRow|JudgedRow";

    @ArchTest
    final ArchRule truthUsesNothingOfTheEngine = classes()
        .that().haveNameMatching("io\\.tailrace\\.engine\\.demo\\.(" + TRUTH + ")(\\$.*)?")
        .should().onlyDependOnClassesThat()
        .haveNameMatching("java\\..*|org\\.agrona\\..*|io\\.tailrace\\.codec\\..*|\\[.*|" +
            "io\\.tailrace\\.engine\\.demo\\.(" + TRUTH + ")(\\$.*)?");
}
