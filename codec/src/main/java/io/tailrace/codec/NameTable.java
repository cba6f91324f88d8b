package io.tailrace.codec;

import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

import java.util.HashMap;
import java.util.Map;

/**
 * Names of one kind and their ids, both ways; an id has at most one name.
 * <p>
 * A number that stands for itself has no name. It is remembered without text, so that it is noticed when a hash
 * comes out equal.
 */
final class NameTable
{
    private final String kind;
    private final Map<String, Long> idByName = new HashMap<>();
    private final Long2ObjectHashMap<String> nameById = new Long2ObjectHashMap<>();
    private final LongHashSet chosenIds = new LongHashSet();
    private final LongHashSet numbers = new LongHashSet();

    NameTable(final String kind)
    {
        this.kind = kind;
    }

    /**
     * Gives a name the id that somebody chose for it. Such an id may be written as a number too.
     *
     * @throws IdCollisionException if another name has the id.
     */
    void choose(final String name, final long id) throws IdCollisionException
    {
        refuseOtherName(name, id);
        chosenIds.add(id);
        put(name, id);
    }

    /**
     * Gives a name the id that is its hash.
     *
     * @throws IdCollisionException if another name or a number has the id.
     */
    void hash(final String name, final long id) throws IdCollisionException
    {
        refuseOtherName(name, id);
        if (numbers.contains(id))
        {
            throw new IdCollisionException(kind, Long.toUnsignedString(id), name, id);
        }
        put(name, id);
    }

    /**
     * Notes a number that stands for itself.
     *
     * @throws IdCollisionException if it is the hash of a name.
     */
    void number(final long id) throws IdCollisionException
    {
        if (numbers.contains(id))
        {
            return;
        }
        if (nameById.containsKey(id) && !chosenIds.contains(id))
        {
            throw new IdCollisionException(kind, nameById.get(id), Long.toUnsignedString(id), id);
        }
        numbers.add(id);
    }

    /**
     * Id of a name.
     *
     * @return null if the name is not here.
     */
    Long idOf(final String name)
    {
        return idByName.get(name);
    }

    /**
     * Text of an id: its name, or the unsigned number.
     */
    String textOf(final long id)
    {
        final String name = nameById.get(id);

        return name == null ? Long.toUnsignedString(id) : name;
    }

    String kind()
    {
        return kind;
    }

    Map<String, Long> ids()
    {
        return idByName;
    }

    private void refuseOtherName(final String name, final long id) throws IdCollisionException
    {
        final String known = nameById.get(id);
        if (known != null && !known.equals(name))
        {
            throw new IdCollisionException(kind, known, name, id);
        }
    }

    private void put(final String name, final long id)
    {
        nameById.put(id, name);
        idByName.put(name, id);
    }
}
