package io.tailrace.engine.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish of the operating system or of the user that the process ends: SIGTERM and SIGINT. The first one is noted,
 * so that the main thread can stop in order and the process exits with the code that the command gives; the second
 * ends the process at once.
 * <p>
 * A shutdown hook would not do: the JVM then exits with 143 whatever it does, unless it halts, which would cut short
 * the hooks of others, such as that of Flight Recorder. The JDK has signals in a package that the compiler warns of,
 * hence the detour by reflection.
 * <p>
 * Threading: any.
 */
final class StopSignal
{
    private static final String[] SIGNALS = {"TERM", "INT"};

    private final CountDownLatch latch = new CountDownLatch(1);

    /**
     * Begins to listen, for the rest of the life of the process.
     *
     * @throws IllegalStateException if this JVM gives signals to nobody, as with {@code -Xrs}.
     */
    static StopSignal install()
    {
        final StopSignal stop = new StopSignal();
        try
        {
            final Class<?> signalClass = Class.forName("sun.misc.Signal");
            final Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            final Object handler = Proxy.newProxyInstance(
                StopSignal.class.getClassLoader(),
                new Class<?>[]{handlerClass},
                (proxy, method, arguments) -> stop.invoke(proxy, method.getName(), arguments));
            for (final String name : SIGNALS)
            {
                signalClass.getMethod("handle", signalClass, handlerClass)
                    .invoke(null, signalClass.getConstructor(String.class).newInstance(name), handler);
            }
            return stop;
        }
        catch (final InvocationTargetException ex)
        {
            throw new IllegalStateException("cannot handle signals, start the JVM without -Xrs", ex.getCause());
        }
        catch (final ReflectiveOperationException ex)
        {
            throw new IllegalStateException("cannot handle signals, expected a JDK with jdk.unsupported", ex);
        }
    }

    /** @return whether the process shall end. */
    boolean isSignalled()
    {
        return latch.getCount() == 0;
    }

    /** Waits for the signal, for some time. */
    boolean await(final long timeoutMs)
    {
        try
        {
            return latch.await(timeoutMs, TimeUnit.MILLISECONDS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** A signal has come. */
    void signal()
    {
        if (isSignalled())
        {
            // Whoever asks twice does not want to wait; the journal knows how to go on.
            Runtime.getRuntime().halt(ExitCodes.FAILED);
        }
        latch.countDown();
    }

    private Object invoke(final Object proxy, final String method, final Object[] arguments)
    {
        return switch (method)
        {
            case "handle" ->
            {
                signal();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "StopSignal";
        };
    }
}
