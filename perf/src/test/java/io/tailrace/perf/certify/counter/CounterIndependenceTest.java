package io.tailrace.perf.certify.counter;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.junit.jupiter.api.Assertions.assertFalse;

/**
 * The counter shares nothing with what it judges.
 */
class CounterIndependenceTest
{
    private static final String COUNTER = "io.tailrace.perf.certify.counter";

    @Test
    void shouldUseNothingButTheJavaPackages()
    {
        final JavaClasses counter = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(COUNTER);

        assertFalse(counter.isEmpty());
        classes().should().onlyDependOnClassesThat().resideInAnyPackage("java..", COUNTER).check(counter);
    }
}
