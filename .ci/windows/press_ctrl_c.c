// press_ctrl_c PROGRAM: runs it, passes its output on, and raises Ctrl-C on their console as soon as the program asks for
// it. Ends with the program's exit code.
#include <fcntl.h>
#include <io.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

static int fails(const char *what) {
    fprintf(stderr, "press_ctrl_c: %s: error %lu\n", what, GetLastError());
    return 101;
}

int main(int count, char **arguments) {
    if (count != 2) return fails("the program is missing");
    // Without a console there is no Ctrl-C; what Wine hands on from a shell is none.
    FreeConsole();
    if (!AllocConsole()) return fails("AllocConsole");

    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE output, input;
    if (!CreatePipe(&output, &input, &inherited, 0)) return fails("CreatePipe");
    SetHandleInformation(output, HANDLE_FLAG_INHERIT, 0);
    STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = input};
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    PROCESS_INFORMATION program;
    if (!CreateProcessA(NULL, arguments[1], NULL, NULL, TRUE, 0, NULL, NULL, &start, &program)) return fails("CreateProcess");
    CloseHandle(input);
    // This process is on the same console. Only from here on: a child would inherit it.
    SetConsoleCtrlHandler(NULL, TRUE);

    char line[4096];
    FILE *lines = _fdopen(_open_osfhandle((intptr_t)output, 0), "r");
    while (fgets(line, sizeof line, lines)) {
        fputs(line, stdout);
        fflush(stdout);
        if (strncmp(line, "press Ctrl-C", 12) == 0 && !GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0)) return fails("Ctrl-C");
    }
    DWORD code;
    WaitForSingleObject(program.hProcess, INFINITE);
    return GetExitCodeProcess(program.hProcess, &code) ? (int)code : fails("GetExitCodeProcess");
}
