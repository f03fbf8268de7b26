"""The one exception: a place, a fault and a mend."""


class DespinError(ValueError):
    """What despin cannot do, and what can be done about it.

    Its message is the command's: ``place: fault; mend``.
    """

    def __init__(self, place: str, fault: str, mend: str, kind: str = "usage") -> None:
        super().__init__(place, fault, mend, kind)
        self.place = place
        self.fault = fault
        self.mend = mend
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}; {self.mend}"
