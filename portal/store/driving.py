"""Statements given to the driver itself: what SQLAlchemy does per execution costs more than SQLite does."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Insert,
    LargeBinary,
    Select,
    TextClause,
    Update,
    bindparam,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapper, Session, class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseList
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import in_op
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from portal.domain.errors import NotStoredError, StaleError

Row = TypeVarTuple("Row")
One = TypeVar("One")
Thing = TypeVar("Thing", bound=Any)
Turn = Callable[[Any], Any] | None  # a value from the one side's form into the other's; None where both are the same
Question = tuple[Select[*tuple[Any, ...]], Mapping[str, Any]]  # a query that a module keeps, and its parameters
_CONNECTION, _CURSOR, _AHEAD = "connection", "cursor", "ahead"  # in `Session.info`
_NOTHING: dict[Any, Any] = {}
# PostgreSQL's driver is told to spare both sides the spelling of values as text.
_BINARY: Mapping[str, Mapping[str, Any]] = MappingProxyType({"postgresql": {"binary": True}})


def connection_of(session: Session) -> Connection:
    """The connection of the transaction that stands; looked up once, for a session checks much before it tells."""
    known: Connection | None = session.info.get(_CONNECTION)
    if known is None or known.closed:
        known = session.info[_CONNECTION] = session.connection()
        session.info.pop(_CURSOR, None)
    return known


class _using:  # noqa: N801  (used like a function; a generator would cost as much as SQLite does)
    """A cursor that is there. What goes wrong is said in the office's words."""

    __slots__ = ("_driver", "_made")

    def __init__(self, connection: Connection, made: Any) -> None:
        self._driver: Any = connection.dialect.loaded_dbapi
        self._made = made

    def __enter__(self) -> Any:
        return self._made

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, self._driver.IntegrityError):
            raise StaleError("it is there already, or what it refers to has gone") from error
        if isinstance(error, self._driver.Error):
            raise NotStoredError(type(error).__name__) from error


class cursor(_using):  # noqa: N801
    """A cursor of the driver's, in the transaction that stands; closed where the `with` ends."""

    __slots__ = ()

    def __init__(self, connection: Connection, **options: Any) -> None:
        with _using(connection, None):
            made = connection.connection.cursor(**options)
        super().__init__(connection, made)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._made.close()
        super().__exit__(kind, error, trace)


@contextmanager
def driven(session: Session, statement: TextClause, **given: Any) -> Iterator[Any]:
    """The rows of a statement that is compiled once, values as the driver has them."""
    connection = connection_of(session)
    sql, order = compiled(statement, connection.dialect)
    with cursor(connection, **_BINARY.get(connection.dialect.name, {})) as made:
        made.execute(sql, [given[name] for name in order])
        yield made


def asked(session: Session, query: Select[*Row], **given: Any) -> list[tuple[*Row]]:
    """The rows of a query that a module keeps and that is compiled once, values as the models have them.

    Whole rows are objects of the session, as its own queries make them; those that it has already are given as they
    are. That is for a few: one row takes a third of what it takes there, ten as much, and more take longer. A list is
    given for what is asked with IN: an empty one finds nothing (so it is not for NOT IN). What the session has not
    written yet is written first.
    """
    session.flush()
    connection = connection_of(session)
    ready, values = _given(connection, query, given)
    found = session.info.get(_AHEAD, _NOTHING).pop((ready.sql, values), None)
    if found is None:
        with _using(connection, _kept(session, connection)) as made:
            made.execute(ready.sql, values)
            found = made.fetchall()
    rows = [
        tuple([turn(value) if turn else value for value, turn in zip(row, ready.columns, strict=True)]) for row in found
    ]
    if not ready.entities:
        return rows
    return [tuple([part.of(session, row) for part in ready.entities]) for row in rows]


@contextmanager
def ahead(session: Session, *questions: Question, then: Callable[[], object] | None = None) -> Iterator[None]:
    """Ask at once what is going to be asked within the `with`: PostgreSQL's server answers all of it in one turn.

    Whoever asks there has that answer, once; it is as old as the `with`. So nothing is written within it of what is
    asked, or whoever writes calls `forget`. What nobody asked for is dropped at the end. SQLite has no turns to spare.

    `then`: what the server is told in the same turn, once it has answered.
    """
    connection = connection_of(session)
    if connection.dialect.name != "postgresql" or not questions:
        if then is not None:
            then()
        yield
        return
    session.flush()
    asking = [_given(connection, query, dict(given)) for query, given in questions]
    driver: Any = connection.connection.dbapi_connection
    with _using(connection, connection.connection) as lent:
        made = [lent.cursor(**_BINARY["postgresql"]) for _ in asking]
        with driver.pipeline():
            for one, (ready, values) in zip(made, asking, strict=True):
                one.execute(ready.sql, values)
            if then is not None:
                then()
        answers = {(ready.sql, values): one.fetchall() for one, (ready, values) in zip(made, asking, strict=True)}
    session.info[_AHEAD] = answers
    try:
        yield
    finally:
        forget(session)


def forget(session: Session) -> None:
    """Drop what was asked ahead: something has been written that it may be about."""
    session.info.pop(_AHEAD, None)


def each(session: Session, query: Select[One], **given: Any) -> list[One]:
    """The same of a query for one thing: the things themselves."""
    return [one for (one,) in asked(session, query, **given)]


def first(session: Session, query: Select[One], **given: Any) -> One | None:
    """The first of them, if there is any."""
    return next(iter(each(session, query, **given)), None)


def by_id(session: Session, model: type[Thing], ids: Iterable[UUID]) -> Mapping[UUID, Thing]:
    """Rows by their ids; those that the session has already are not asked for again."""
    mapper: Mapper[Any] = class_mapper(model)
    wanted = dict.fromkeys(ids)
    found = {one: session.identity_map.get(mapper.identity_key_from_primary_key((one,))) for one in wanted}
    missing = [one for one, row in found.items() if row is None]
    if missing:
        found |= {row.id: row for row in each(session, _by_id(mapper), ids=missing)}
    return {one: row for one, row in found.items() if row is not None}


@cache
def _by_id(mapper: Mapper[Any]) -> Select[Any]:
    return select(mapper).where(mapper.local_table.c.id.in_(bindparam("ids", expanding=True)))


def _given(connection: Connection, query: Select[*Row], given: dict[str, Any]) -> "tuple[_Query, tuple[Any, ...]]":
    """A query as the engine takes it, and the values of its parameters in their order."""
    lists = {name: _filled(value) for name, value in given.items() if isinstance(value, (list, tuple, frozenset, set))}
    ready = _ready(query, connection.dialect, tuple([(name, len(some)) for name, some in lists.items()]))
    for name, some in lists.items():
        given.update((f"{name}_{place}", one) for place, one in enumerate(some))
    return ready, tuple(
        [one if name is None else one(given[name]) if one else given[name] for name, one in ready.order]
    )


def _kept(session: Session, connection: Connection) -> Any:
    """One cursor of a transaction for all that is fetched where it is asked: making one costs a third of asking."""
    known = session.info.get(_CURSOR)
    if known is None:
        with _using(connection, None):
            made = connection.connection.cursor(**_BINARY.get(connection.dialect.name, {}))
        known = session.info[_CURSOR] = made
    return known


def _filled(values: Collection[Any]) -> list[Any]:
    """As many as a power of two, the last one again and again: few lengths, so few statements to keep prepared."""
    some = [*values] or [None]
    return some + some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in a row of a query: a value, or the columns of an object."""

    first: int
    mapper: Mapper[Any] | None = None
    keys: tuple[str, ...] = ()  # its attributes, in the order of the columns
    ids: tuple[int, ...] = ()  # where its primary key stands

    def of(self, session: Session, row: Sequence[Any]) -> Any:
        """It; None where an outer join found no object."""
        if self.mapper is None:
            return row[self.first]
        key = tuple([row[place] for place in self.ids])
        if None in key:
            return None
        known = session.identity_map.get(self.mapper.identity_key_from_primary_key(key))
        return known if known is not None else self._made(session, row)

    def _made(self, session: Session, row: Sequence[Any]) -> Any:
        made = self.mapper.class_manager.new_instance() if self.mapper else None
        instance_dict(made).update(zip(self.keys, row[self.first : self.first + len(self.keys)], strict=True))
        make_transient_to_detached(made)  # what it holds is what is stored
        session.add(made)
        return made


def _entities(query: Select[*Row]) -> tuple[_Part, ...]:
    """The parts of a query's rows; () where there are values alone."""
    made: list[_Part] = []
    place, there = 0, set[Any]()
    for one in query.column_descriptions:
        if one["expr"] is not one.get("entity"):
            made.append(_Part(place))
            there.add(one["expr"].expression if one.get("entity") else one["expr"])
            place += 1
            continue
        mapper: Mapper[Any] = class_mapper(one["entity"])
        keys = tuple(mapper.get_property_by_column(column).key for column in mapper.local_table.columns)
        own = (keys.index(mapper.get_property_by_column(column).key) for column in mapper.primary_key)
        made.append(_Part(place, mapper, keys, tuple(place + at for at in own)))
        there.update(mapper.local_table.columns)
        place += len(keys)
    if not any(one.mapper for one in made):
        return ()
    if place != len(there):
        raise TypeError("a column is asked for by itself and in its row")
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Query:
    """A query as one engine takes it."""

    sql: str
    order: tuple[
        tuple[str | None, Any], ...
    ]  # of its parameters: name and turn of what is given, None and what is fixed
    columns: tuple[Turn, ...]
    entities: tuple[_Part, ...]


@cache
def _ready(query: Select[*Row], dialect: Dialect, lengths: tuple[tuple[str, int], ...] = ()) -> _Query:
    made = _compile(_spread(query, dict(lengths)), dialect)
    binds: dict[str, tuple[str | None, Any]] = {}
    for bind, name in made.bind_names.items():
        turn = turn_of(bind.type, dialect)
        fixed = turn(bind.value) if turn and not bind.required else bind.value
        binds[name] = (name, turn) if bind.required else (None, fixed)
    return _Query(
        str(made),
        tuple(binds[name] for name in made.positiontup or ()),
        tuple(one.type.dialect_impl(dialect).result_processor(dialect, None) for one in query.selected_columns),
        _entities(query),
    )


def _spread(query: Select[*Row], lengths: Mapping[str, int]) -> Select[*Row]:
    """A query whose lists are parameters of their own, for the driver takes no list."""

    def one(element: Any, **_: Any) -> Any:
        if not isinstance(element, BindParameter) or not element.expanding:
            return None
        name, kind, fixed = element.key, element.type, element.value
        if element.required:
            each = [BindParameter(f"{name}_{place}", type_=kind, required=True) for place in range(lengths[name])]
        else:
            each = [BindParameter(None, value, type_=kind, unique=True) for value in fixed or ()]
        return ClauseList(*each).self_group(against=in_op)

    spread: Select[*Row] = replacement_traverse(query, {}, one)  # type: ignore[assignment]
    return spread


def turn_of(kind: TypeEngine[Any], dialect: Dialect) -> Turn:
    """What turns a value into the engine's; both drivers take bytes as they are, sooner than wrapped."""
    own = kind.dialect_impl(dialect)
    return None if isinstance(own, LargeBinary) else own.bind_processor(dialect)


@cache
def compiled(statement: TextClause | Insert | Update, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """SQL and the order of its parameters."""
    made = _compile(statement, dialect)
    return str(made), tuple(made.positiontup or ())


def _compile(statement: TextClause | Insert | Update | Select[*Row], dialect: Dialect) -> SQLCompiler:
    """With parameters that go by place, which drivers take sooner than names."""
    alike: Callable[..., Dialect] = type(dialect)
    return statement.compile(dialect=dialect if dialect.positional else alike(paramstyle="format"))


class Beside(FunctionElement[Any]):
    """A column that is compared, and by which SQLite chooses no index; PostgreSQL knows better by its statistics."""

    inherit_cache = True


@compiles(Beside)
def _as_it_is(element: Beside, compiler: Any, **how: Any) -> str:
    return str(compiler.process(element.clauses, **how))


@compiles(Beside, "sqlite")
def _unary(element: Beside, compiler: Any, **how: Any) -> str:
    return f"+{compiler.process(element.clauses, **how)}"
