package io.tailrace.archive.recording;

/**
 * What the tail check found in one recording.
 *
 * @param descriptor       of the recording.
 * @param startPosition    first position that is still kept.
 * @param verifiedFrom     position from which every frame was verified.
 * @param endPosition      end of the last whole frame: here the recording goes on.
 * @param frameCount       frames verified, padding included.
 * @param tornLength       bytes from {@code endPosition} to the last that is not zero; 0 if the tail is clean.
 * @param tornReason       what is wrong with the first torn frame; empty if the tail is clean.
 */
public record TailReport(
    RecordingDescriptor descriptor,
    long startPosition,
    long verifiedFrom,
    long endPosition,
    long frameCount,
    long tornLength,
    String tornReason)
{
    /**
     * Were there bytes after the last whole frame?
     *
     * @return true if the tail is torn; {@link TailCheck#repair} has then removed it.
     */
    public boolean isTorn()
    {
        return tornLength > 0;
    }

    /**
     * One line for people.
     *
     * @return what was found, with positions.
     */
    public String describe()
    {
        final String text = "recording " + descriptor.name() + " [" + startPosition + ", " + endPosition + "): " +
            frameCount + " frames verified from " + verifiedFrom;
        return isTorn() ? text + "; torn tail of " + tornLength + " bytes: " + tornReason : text;
    }
}
