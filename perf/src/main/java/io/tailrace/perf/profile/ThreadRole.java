package io.tailrace.perf.profile;

import java.util.regex.Pattern;

import jdk.jfr.consumer.RecordedThread;

/** The role of a thread, by its name: threads that do the same have the same. */
final class ThreadRole
{
    private static final Pattern NUMBER = Pattern.compile("#\\d+$|(?<=Thread)\\d+$");
    // The operating system keeps 15 characters of a name.
    private static final Pattern CUT_COMPILER = Pattern.compile("(?<=CompilerThre)$");

    private ThreadRole()
    {
    }

    static String of(final RecordedThread thread)
    {
        if (null == thread)
        {
            return of((String)null);
        }
        return of(null == thread.getJavaName() ? thread.getOSName() : thread.getJavaName());
    }

    /** Of a media driver's thread, the path of its directory stands before its roles. */
    static String of(final String name)
    {
        if (null == name || name.isBlank() || name.startsWith("[tid="))
        {
            return "(unnamed)";
        }
        final String role = name.startsWith("/") ? name.substring(name.indexOf(' ') + 1) : name;
        return CUT_COMPILER.matcher(NUMBER.matcher(role).replaceFirst("")).replaceFirst("ad");
    }
}
