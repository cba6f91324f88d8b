package io.tailrace.perf.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProfilerLibraryTest
{
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final int ELF_MACHINE = 18;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource({"Linux,amd64,62", "Linux,x86_64,62", "Linux,aarch64,183", "Linux,arm64,183"})
    void shouldUnpackTheLibraryOfTheArchitecture(final String name, final String arch, final int machine)
        throws IOException
    {
        final byte[] library = Files.readAllBytes(ProfilerLibrary.of(name, arch).unpack(temp));
        assertArrayEquals(ELF, Arrays.copyOf(library, ELF.length));
        assertEquals(machine, library[ELF_MACHINE] & 0xff);
    }

    @ParameterizedTest
    @CsvSource({"Mac OS X,aarch64", "Mac OS X,x86_64"})
    void shouldHaveOneForBothArchitecturesOfMacOs(final String name, final String arch) throws IOException
    {
        assertTrue(Files.size(ProfilerLibrary.of(name, arch).unpack(temp)) > 0);
    }

    @ParameterizedTest
    @CsvSource({"Windows 11,amd64", "Linux,riscv64", "Linux,s390x", "AIX,ppc64"})
    void shouldNameThePlatformThatHasNone(final String name, final String arch)
    {
        final String message = assertThrows(
            UnsupportedOperationException.class, () -> ProfilerLibrary.of(name, arch)).getMessage();
        assertEquals(
            "no profiler for " + name + " on " + arch + ", expected Linux on x86-64 or aarch64, or macOS", message);
    }

    @Test
    void shouldSayThatTheJarHasNoSuchLibrary()
    {
        final String message = assertThrows(
            IOException.class, () -> new ProfilerLibrary("/none/lib.so").unpack(temp)).getMessage();
        assertEquals("no /none/lib.so on the class path", message);
    }
}
