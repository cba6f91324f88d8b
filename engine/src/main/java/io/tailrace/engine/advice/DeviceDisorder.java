package io.tailrace.engine.advice;

/**
 * A device of the sample.
 *
 * @param device   its name, or its id as an unsigned number.
 * @param readings it sent.
 * @param behind   how many of them came behind another of its own.
 * @param maxNs    the furthest behind its own greatest time, ns; exact.
 * @param maxLagNs the furthest behind the greatest time of all devices, ns; exact.
 */
public record DeviceDisorder(String device, long readings, long behind, long maxNs, long maxLagNs)
{
}
