"""Which juror reads which project. Pure and deterministic for a seed: ids in, pairs and a report out.

Coverage first, then even piles (no exchange can bring two piles closer), then readers from elsewhere, then linkage.
"""

import random
from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]
"""(juror, project)."""

Better = Callable[[int, int], bool]
"""Whether an exchange is worth it, from the cost before and after."""

TRIES = 300
"""How many exchanges are tried from one read before it is left where it is."""


@dataclass(frozen=True)
class Party:
    """A juror or a project, with the site it belongs to, if any."""

    id: str
    site: str | None = None


@dataclass(frozen=True)
class Lack:
    """A project that misses readers: how many, and how many of the jurors may not read it."""

    project_id: str
    missing: int
    barred: int


@dataclass(frozen=True)
class AllocationReport:
    """What an allocation gives. `components`: groups of jurors that share no project, 1 when all can be compared."""

    reads: int
    loads: dict[str, int]
    lacks: tuple[Lack, ...]
    components: int
    at_home: int
    """Reads by a juror of the project's own site."""
    only_at_home: int
    """Projects without any reader from elsewhere."""

    @property
    def spread(self) -> int:
        return max(self.loads.values(), default=0) - min(self.loads.values(), default=0)


@dataclass(frozen=True)
class Allocation:
    """The new pairs, without those that existed, and the report on all of them."""

    added: tuple[Pair, ...]
    report: AllocationReport


def allocate(
    jurors: Sequence[Party],
    projects: Sequence[Party],
    reads: int,
    conflicts: Collection[Pair] = (),
    existing: Iterable[Pair] = (),
    *,
    seed: Hashable = 0,
) -> Allocation:
    """Give each project `reads` jurors, never one of `conflicts`, keeping what exists.

    Where jurors are too few, a project gets those there are and the report says what it lacks.
    """
    table = _Table(jurors, projects, conflicts, existing, random.Random(str(seed)))  # noqa: S311 — a lot, no secret
    table.cover(reads)
    table.even_out()
    table.send_elsewhere()
    table.link()
    return Allocation(tuple(sorted(table.added)), table.report(reads))


class _Table:
    """The reads as they stand while they are improved; `added` are those that may still move."""

    def __init__(
        self,
        jurors: Sequence[Party],
        projects: Sequence[Party],
        conflicts: Collection[Pair],
        existing: Iterable[Pair],
        chance: random.Random,
    ) -> None:
        self.chance = chance
        self.jurors = sorted(juror.id for juror in jurors)
        self.projects = sorted(project.id for project in projects)
        self.home = {juror.id: juror.site for juror in jurors}
        self.site = {project.id: project.site for project in projects}
        self.barred = set(conflicts)
        self.readers: dict[str, set[str]] = {project: set() for project in self.projects}
        self.piles: dict[str, set[str]] = {juror: set() for juror in self.jurors}
        for juror, project in existing:
            if project in self.readers:
                self.readers[project].add(juror)
                if juror in self.piles:
                    self.piles[juror].add(project)
        self.added: set[Pair] = set()

    def may(self, juror: str, project: str) -> bool:
        return (juror, project) not in self.barred and juror not in self.readers[project]

    def give(self, juror: str, project: str) -> None:
        self.added.add((juror, project))
        self.readers[project].add(juror)
        self.piles[juror].add(project)

    def take(self, juror: str, project: str) -> None:
        self.added.discard((juror, project))
        self.readers[project].discard(juror)
        self.piles[juror].discard(project)

    def load(self, juror: str) -> int:
        return len(self.piles[juror])

    def is_at_home(self, juror: str, project: str) -> bool:
        return self.site[project] is not None and self.home.get(juror) == self.site[project]

    def cover(self, reads: int) -> None:
        """Give every project its readers, those with the fewest choices first, to the lightest piles."""
        able = {p: [j for j in self.jurors if self.may(j, p)] for p in self.projects}
        lot = {name: self.chance.random() for name in (*self.jurors, *self.projects)}
        for project in sorted(self.projects, key=lambda p: (len(able[p]), lot[p])):
            wanted = max(reads - len(self.readers[project]), 0)
            order = sorted(able[project], key=lambda j: (self.load(j), self.is_at_home(j, project), lot[j]))
            for juror in order[:wanted]:
                self.give(juror, project)

    def even_out(self) -> None:
        """Move reads along chains of jurors from a heavy pile to one lighter by two or more, until there is none."""
        moved = True
        while moved:
            moved = any(self._relieve(juror) for juror in sorted(self.jurors, key=self.load, reverse=True))

    def _relieve(self, heavy: str) -> bool:
        """Shift one read of each juror on the shortest chain to a pile lighter by two; False when there is none."""
        came: dict[str, Pair] = {}
        queue, seen = deque([heavy]), {heavy}
        while queue:
            juror = queue.popleft()
            for project in sorted(self.piles[juror]):
                if (juror, project) not in self.added:
                    continue
                for other in self.jurors:
                    if other in seen or not self.may(other, project):
                        continue
                    seen.add(other)
                    came[other] = (juror, project)
                    if self.load(other) <= self.load(heavy) - 2:
                        self._shift(other, came)
                        return True
                    queue.append(other)
        return False

    def _shift(self, last: str, came: dict[str, Pair]) -> None:
        while last in came:
            juror, project = came[last]
            self.take(juror, project)
            self.give(last, project)
            last = juror

    def cost(self, *projects: str) -> int:
        """How much some projects are read at home; uneven is worse than spread."""
        return sum(sum(self.is_at_home(j, p) for j in self.readers[p]) ** 2 for p in set(projects))

    def send_elsewhere(self) -> None:
        """Exchange reads between jurors while fewer are at home for it; piles keep their size."""
        for juror, project in sorted(pair for pair in self.added if self.is_at_home(*pair)):
            if (juror, project) in self.added:
                self._exchange_for(juror, project, lambda before, after: after < before)

    def _exchange_for(self, juror: str, project: str, better: Better) -> bool:
        """Try exchanges of one read with others, at most TRIES, until one is better by its cost."""
        others = sorted(self.added)
        self.chance.shuffle(others)
        for other, theirs in others[:TRIES]:
            if other == juror or not (self.may(juror, theirs) and self.may(other, project)):
                continue
            before = self.cost(project, theirs)
            self._exchange(juror, project, other, theirs)
            if better(before, self.cost(project, theirs)):
                return True
            self._exchange(juror, theirs, other, project)
        return False

    def _exchange(self, juror: str, project: str, other: str, theirs: str) -> None:
        self.take(juror, project)
        self.take(other, theirs)
        self.give(juror, theirs)
        self.give(other, project)

    def link(self) -> None:
        """Exchange reads while that leaves fewer groups of jurors without a project in common."""
        while (groups := len(self.groups())) > 1 and self._bring_closer(groups):
            pass

    def _bring_closer(self, groups: int) -> bool:
        def better(before: int, after: int) -> bool:
            return after <= before and len(self.groups()) < groups

        return any(self._exchange_for(*pair, better) for pair in sorted(self.added)[:TRIES])

    def groups(self) -> list[set[str]]:
        """The jurors who read something, grouped by the projects they share."""
        left = {juror for juror in self.jurors if self.piles[juror]}
        found = []
        while left:
            group, queue = set(), [min(left)]
            while queue:
                juror = queue.pop()
                if juror in left:
                    left.remove(juror)
                    group.add(juror)
                    queue += [other for project in self.piles[juror] for other in self.readers[project]]
            found.append(group)
        return found

    def report(self, reads: int) -> AllocationReport:
        barred = Counter(project for juror, project in self.barred if juror in self.piles)
        at_home = {p: sum(self.is_at_home(j, p) for j in self.readers[p]) for p in self.projects}
        return AllocationReport(
            reads=sum(map(len, self.readers.values())),
            loads={juror: self.load(juror) for juror in self.jurors},
            lacks=tuple(
                Lack(project, reads - len(readers), barred[project])
                for project, readers in self.readers.items()
                if len(readers) < reads
            ),
            components=len(self.groups()),
            at_home=sum(at_home.values()),
            only_at_home=sum(bool(self.readers[p]) and at_home[p] == len(self.readers[p]) for p in self.projects),
        )
