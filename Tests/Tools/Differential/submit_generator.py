"""Random submit descriptions: parts of a corpus put together anew, and made-up macros, queue statements and values."""

import random
import re

import submit_commands

OPENING = re.compile(r"\s*if\s", re.IGNORECASE)
CLOSING = re.compile(r"\s*endif\b", re.IGNORECASE)
HERE_DOCUMENT = re.compile(r"^[^#=]*@=(\w+)\s*$")
QUEUE = re.compile(r"\s*queue\b", re.IGNORECASE)


def parts(text):
    """A description as a list of statements and the rest from its queue statement on."""
    result, current, depth, tag = [], [], 0, None
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if tag is None and depth == 0 and not current and QUEUE.match(line):
            return result, "\n".join(lines[index:])
        current.append(line)
        if tag is not None:
            if line.strip() == "@" + tag:
                tag = None
        elif match := HERE_DOCUMENT.match(line):
            tag = match[1]
        elif OPENING.match(line):
            depth += 1
        elif CLOSING.match(line):
            depth -= 1
        if tag is None and depth <= 0 and not line.endswith("\\"):
            result.append("\n".join(current))
            current, depth = [], 0
    return result + (["\n".join(current)] if current else []), ""


class Generator:
    NAMES = ["a", "b", "num", "str", "list", "path", "Item", "x", "y", "undefined_one", "Process", "Step"]
    WORDS = ["one", "two", "3", "-4", "5.75", "red", "a b", "dir/file.tar.gz", "/abs/name.txt", "true", "it's",
             'say "hi"', "x,y", "", "1.5e3", "0x1F"]

    def __init__(self, corpus, seed):
        self.random = random.Random(seed)
        self.corpus = [parts(case["submit"]) for case in corpus]
        self.cases = corpus
        self.statements = [statement for head, _ in self.corpus for statement in head]
        self.queues = [queue for _, queue in self.corpus if queue]

    def pick(self, options):
        return self.random.choice(options)

    def chance(self, share):
        return self.random.random() < share

    # Corpus

    def recombined(self):
        number = self.random.randrange(len(self.corpus))
        head, queue = self.corpus[number]
        head = list(head)
        for _ in range(self.random.randrange(5)):
            statement = self.pick(self.statements)
            if self.chance(0.3):
                statement = self.mutated(statement)
            head.insert(self.random.randrange(len(head) + 1), statement)
        if len(head) > 1 and self.chance(0.2):
            del head[self.random.randrange(len(head))]
        if self.chance(0.2):
            queue = self.pick(self.queues)
        elif self.chance(0.1):
            queue = self.queue()
        return "\n".join(head + [queue]).rstrip("\n") + "\n", self.cases[number].get("args", [])

    def mutated(self, statement):
        if self.chance(0.5):
            other = self.pick(self.statements)
            if "=" in statement and "=" in other:
                return statement.split("=", 1)[0] + "=" + other.split("=", 1)[1]
        position = self.random.randrange(len(statement) + 1)
        if self.chance(0.5):
            return statement[:position] + self.pick(list("$()\"',;= :#@\\") + ["$(a)", "''", '""', "&&", "1"]) + statement[position:]
        return statement[:position] + statement[position + 1 :]

    # Macros

    def macro(self, depth=0):
        name = self.pick(self.NAMES) if depth > 2 or self.chance(0.8) else self.text(depth + 1)
        form = self.random.randrange(14)
        if form < 3:
            return f"$({name})"
        if form == 3:
            return f"$({name}:{self.text(depth + 1)})"
        if form == 4:
            return f"$INT({name}{self.pick(['', ',%d', ',%05d', ',%x', ',%-6d|', ',%i items'])})"
        if form == 5:
            return f"$REAL({name}{self.pick(['', ',%.2f', ',%g', ',%8.3e', ',%5.1f'])})"
        if form == 6:
            return f"$STRING({name}{self.pick(['', ',%s', ',%10s', ',%-8s|', ',%.3s'])})"
        if form == 7:
            return f"$CHOICE({self.pick(['num', '0', '1', '2', 'Process', 'x'])},{self.pick(['list', 'a,b,c', 'one,two', self.text(depth + 1)])})"
        if form == 8:
            return f"$SUBSTR({name},{self.pick(['0', '1', '-2', '3', 'num'])}{self.pick(['', ',2', ',-1', ',0', ',num'])})"
        if form == 9:
            letters = "".join(self.random.sample("pdnxqabfwu", self.random.randrange(4)))
            return f"$F{letters}({name})"
        if form == 10:
            return f"$BASENAME({name}{self.pick(['', ',.txt', ',.gz'])})"
        if form == 11:
            return f"$DIRNAME({name})"
        if form == 12:
            return f"$ENV({self.pick(['MY_VAR', 'EMPTY_VAR', 'SPACED', 'NOT_SET', 'NOT_SET:other', 'QUOTED'])})"
        return f"$EVAL({self.pick(['num', 'a', 'str', 'num + 1', 'list'])})"

    def text(self, depth=0):
        pieces = [self.pick(self.WORDS) if self.chance(0.5) or depth > 3 else self.macro(depth) for _ in range(self.random.randint(1, 3))]
        return self.pick(["", " ", "-"]).join(pieces)

    def value(self):
        return self.pick([lambda: self.pick(self.WORDS), self.text, self.macro, lambda: str(self.random.randint(-5, 40))])()

    def made_up(self):
        lines = ["executable = job.sh"]
        for name in self.random.sample(self.NAMES[:8], self.random.randint(1, 5)):
            lines.append(f"{name} = {self.value()}")
        if self.chance(0.3):
            lines.append(f"{self.pick(self.NAMES[:8])} {self.pick(['=', '+=' , '=', '='])} {self.value()}")
        if self.chance(0.3):
            lines += [f"if {self.condition()}", f"  cond = {self.value()}"]
            if self.chance(0.4):
                lines += [f"elif {self.condition()}", "  cond = elif"]
            lines += ["else", "  cond = else", "endif", "MY.Cond = \"$(cond)\""]
        for index in range(self.random.randint(1, 3)):
            lines.append(self.pick([f"arguments = {self.text()}", f"MY.A{index} = \"{self.text()}\"",
                                    f"batch_name = {self.text()}", self.list_value()]))
        lines.append(self.queue())
        return "\n".join(lines) + "\n", []

    def commanded(self):
        queue = self.pick(["queue", "queue", "queue 2", "queue x in (a b)", "queue 2 x, y from (\n1 2\n3 4\n)"])
        return submit_commands.description(self.random, queue), []

    def condition(self):
        return self.pick(
            [
                "defined a", "defined num", "defined nothing", "! defined b", "true", "false", "$(num) > 2", "$(num) == 3", "1", "0", "$(a)",
                "version >= 25.0.0", "version < 24", "$(x:1)", "defined request_memory", "! $(b)", "yes", "not a condition", "",
            ]
        )

    def list_value(self):
        quote = self.pick(["'", '"', "", "''", '""'])
        words = [self.pick(["a", "b c", "it''s", 'x""y', "$(Process)", "'q r'", "=", "A=1", "B='2 3'", "C=$(num)", "\\", ";", "|"])
                 for _ in range(self.random.randint(1, 4))]
        separator = self.pick([" ", " ", ";", ", "])
        return f"{self.pick(['arguments', 'environment', 'env', 'args', 'transfer_input_files', 'getenv'])} = {quote}{separator.join(words)}{quote}"

    # Queue statements

    def items(self, columns):
        separator = self.pick([" ", ", ", ",", "\t", "  "])
        row = lambda: separator.join(self.pick(["1", "22", "red", "blue", "a-b", "", "x.y"])
                                      for _ in range(max(1, columns + self.random.randint(-1, 1))))
        return [row() for _ in range(self.random.randint(0, 4))]

    def queue(self):
        count = self.pick(["", "", "1", "2", "3", "0", "$(num)", "1+1", "-1"])
        names = self.random.sample(["x", "y", "Item", "v"], self.random.randrange(4))
        variables = self.pick([", ", ",", " "]).join(names)
        section = self.pick(["", "", "", "[0:2]", "[1:]", "[:-1]", "[::2]", "[-2:]", "[1]"])
        form = self.random.randrange(7)
        if form < 2:
            return f"queue {count}"
        if form == 2:
            items = self.pick([" ", ", "]).join(self.pick(["a", "b", "c.txt", "$(Process)", "'d e'"]) for _ in range(self.random.randrange(5)))
            return f"queue {count} {variables} in {section} ({items})"
        if form == 3:
            return f"queue {count} {variables} from {section} (\n" + "\n".join(self.items(len(names))) + "\n)"
        if form == 4:
            return f"queue {count} {variables} from {section} {self.pick(['items.txt', 'table.txt', 'table.csv', 'missing.txt'])}"
        if form == 5:
            patterns = " ".join(self.random.sample(["in/*.dat", "*.txt", "dirs/*", "in/*", "nothing*", "data?.txt"], self.random.randint(1, 3)))
            return f"queue {count} {' '.join(names[:1])} matching {self.pick(['', 'files ', 'dirs ', 'any '])}{section} {patterns}"
        return f"queue {count} {variables} in {section} (\n" + "\n".join(self.items(1)) + "\n)"


def cases(corpus, count, seed):
    generator = Generator(corpus, seed)
    result = []
    for number in range(count):
        submit, args = generator.pick([generator.recombined, generator.recombined, generator.made_up, generator.commanded])()
        case = {"id": f"{seed}-{number}", "submit": submit}
        if args:
            case["args"] = args
        result.append(case)
    return result
