// Wine 8 has no bcryptprimitives.dll, whose one function is where std's random numbers come from.
#include <windows.h>
#include <ntsecapi.h> // RtlGenRandom

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    return RtlGenRandom(data, (ULONG)size);
}
