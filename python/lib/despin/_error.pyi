class DespinError(ValueError):
    place: str
    fault: str
    mend: str
    kind: str
    def __init__(self, place: str, fault: str, mend: str, kind: str = "usage") -> None: ...
